import type { ListenAt } from '../look/traffic.ts'
import { decode } from './decode.ts'
import type { PcapRecord } from './pcap.ts'

/** A frame with the place it was captured at. */
export interface KeptFrame extends PcapRecord {
  at: Pick<ListenAt, 'node' | 'link' | 'netns' | 'wireOf'>
}

/** More of one experiment is not kept: the rest is counted. */
const FRAMES_MAX = 4_096
const BYTES_MAX = 4 * 2 ** 20

/** What the captures of one experiment heard. */
class Experiment {
  readonly frames: KeptFrame[] = []
  leftOut = 0
  #bytes = 0

  take(at: KeptFrame['at'], record: PcapRecord): void {
    if (this.frames.length >= FRAMES_MAX || this.#bytes + record.bytes.length > BYTES_MAX) {
      this.leftOut++
      return
    }
    this.#bytes += record.bytes.length
    // Of its own: a view would keep the whole chunk that it came in.
    this.frames.push({ ...record, at, bytes: Buffer.from(record.bytes) })
  }
}

/**
 * The frames that the captures of the last experiment heard, in the order of their time by the clocks of their nodes. Only who
 * asks for packets has one: a check keeps none, and no recording holds any.
 */
export class KeptFrames {
  #last = new Experiment()

  /** Begins with a new experiment; what an earlier one heard is forgotten once this one has heard something. */
  begin(): Pick<Experiment, 'take'> {
    const own = new Experiment()
    return {
      take: (at, record) => {
        if (own.frames.length === 0 && own.leftOut === 0) this.#last = own
        own.take(at, record)
      },
    }
  }

  get frames(): KeptFrame[] {
    return this.#last.frames.toSorted((one, other) => Number(one.timeNs - other.timeNs))
  }

  /** How many more were heard than are kept. */
  get leftOut(): number {
    return this.#last.leftOut
  }
}

/**
 * Whether a frame is one of those that probes are about: an echo, ARP, the start of a connection, plain or in Geneve, or whatever
 * else bears one of the tokens. A capture of everything hears much else, such as what the chassis and the databases tell each other.
 */
export const isOfProbe = (record: PcapRecord, tokens: ReadonlySet<string>): boolean =>
  decode(record) !== undefined || [...tokens].some(token => record.bytes.includes(token, 0, 'hex'))
