import type { CarriedOtherwise, HeardArp, HeardPacket } from '../look/evidence.ts'
import { type Arp, decode, type Echo, KNOWN_LINK_TYPES } from './decode.ts'
import { inWords } from './frame-words.ts'
import { isPieceInGeneve } from './geneve-piece.ts'
import { NotPcap, PcapReader, type PcapRecord } from './pcap.ts'
import { isPortOf } from './tcp-mark.ts'
import { tokenIn } from './token.ts'

/** What a capture heard of tokens that count, packets that were heard alike told as one with their number. */
export class Heard {
  readonly #tokens: ReadonlySet<string>
  readonly #tcpPorts: ReadonlyMap<string, number>
  readonly #tokenBytes: { token: string; bytes: Buffer }[]
  readonly #packets = new Map<string, HeardPacket & { sequences: Map<number, number> }>()
  #echoes = 0
  readonly #arps = new Map<string, HeardArp>()
  readonly #otherwise = new Map<string, CarriedOtherwise>()

  constructor(tokens: ReadonlySet<string>, tcpPorts: ReadonlyMap<string, number> = new Map()) {
    this.#tokens = tokens
    this.#tcpPorts = tcpPorts
    this.#tokenBytes = [...tokens].map(token => ({ token, bytes: Buffer.from(token, 'hex') }))
  }

  get packets(): HeardPacket[] {
    return [...this.#packets.values()].map(({ sequences, ...packet }) => ({
      ...packet,
      count: sequences.size,
    }))
  }

  get arps(): HeardArp[] {
    return [...this.#arps.values()]
  }

  get otherwise(): CarriedOtherwise[] {
    return [...this.#otherwise.values()]
  }

  /** How many echoes of a token were heard, questions and answers. */
  countOf(token: string): number {
    let count = 0
    for (const packet of this.#packets.values()) if (packet.token === token) count += packet.sequences.size
    return count
  }

  /** How long after its question the slowest answer of a token was heard, in ms; undefined where no question has its answer. */
  slowestMs(token: string): number | undefined {
    const own = [...this.#packets.values()].filter(packet => packet.token === token)
    const asked = own.filter(({ icmp }) => icmp === 'echo-request')
    const after = own
      .filter(({ icmp }) => icmp === 'echo-reply')
      .flatMap(({ sequences }) => [...sequences])
      .map(
        ([sequence, atMs]) => atMs - Math.min(...asked.map(one => one.sequences.get(sequence) ?? Infinity)),
      )
      .filter(Number.isFinite)
    return after.length > 0 ? Math.max(...after) : undefined
  }

  /** How many were heard of a packet that another capture heard. */
  countAlike(packet: HeardPacket | HeardArp | CarriedOtherwise): number {
    if ('how' in packet) return this.#otherwise.get(nameOf(packet))?.count ?? 0
    const key = keyOf(packet)
    return 'arp' in packet ? (this.#arps.get(key)?.count ?? 0) : (this.#packets.get(key)?.sequences.size ?? 0)
  }

  /** Takes one frame in. Throws NotPcap for a foreign link type, RangeError for more of our own echoes than a network makes. */
  take(record: PcapRecord): void {
    if (!KNOWN_LINK_TYPES.has(record.linkType)) throw new NotPcap(`link type ${record.linkType}`)
    const found = decode(record)
    const firstMs = Number(record.timeNs / 1000n) / 1000
    const token = found && 'icmp' in found ? this.#tokenOf(found) : undefined
    if (found && 'icmp' in found && token && this.#tokens.has(token)) {
      this.#takeEcho(found, token, firstMs)
      return
    }
    if (found && 'arp' in found) this.#takeArp(found, firstMs)
    for (const { token, bytes } of this.#tokenBytes)
      if (record.bytes.includes(bytes)) this.#takeOtherwise(token, inWords(record), isPieceInGeneve(record))
  }

  #tokenOf({ payload, tcp }: Echo): string | undefined {
    if (!tcp) return tokenIn(payload)
    const known = [...this.#tcpPorts].find(
      ([token, port]) => tcp.serverPort === port && isPortOf(token, tcp.clientPort),
    )
    return known?.[0]
  }

  #takeEcho({ payload, tcp, sequence, ...packet }: Echo, token: string, firstMs: number): void {
    const key = keyOf({ token, ...packet })
    const known = this.#packets.get(key)
    if (!known?.sequences.has(sequence) && ++this.#echoes > ECHOES_MAX)
      throw new RangeError('more echoes than we sent')
    if (!known)
      this.#packets.set(key, {
        token,
        ...packet,
        count: 1,
        firstMs,
        sequences: new Map([[sequence, firstMs]]),
      })
    else if (!known.sequences.has(sequence)) known.sequences.set(sequence, firstMs)
  }

  #takeArp(arp: Arp, firstMs: number): void {
    const key = JSON.stringify(arp)
    const known = this.#arps.get(key)
    if (known) known.count++
    else if (this.#arps.size < ARPS_MAX) this.#arps.set(key, { ...arp, count: 1, firstMs })
  }

  #takeOtherwise(token: string, how: string, isInGeneve: boolean): void {
    const told = { token, how, count: 1, ...(isInGeneve && { isInGeneve }) }
    const key = nameOf(told)
    const known = this.#otherwise.get(key)
    if (known) known.count++
    else if (this.#otherwise.size < OTHERWISE_MAX) this.#otherwise.set(key, told)
  }
}

/** Names what packets that were heard alike have in common. */
const keyOf = ({ count: _count, firstMs: _firstMs, ...alike }: Partial<HeardPacket | HeardArp>): string =>
  JSON.stringify(alike)

const nameOf = ({ token, how, isInGeneve }: CarriedOtherwise): string => `${token} ${isInGeneve} ${how}`

/** With our tokens, each heard differently; we send some hundred. */
const ECHOES_MAX = 2 ** 16
/** A network that scans its addresses must not fill our memory. */
const ARPS_MAX = 4_096
const OTHERWISE_MAX = 256

/**
 * Every packet of a whole pcap file that bears one of the tokens.
 * A record cut at the end of the file is left out; throws NotPcap for what is no pcap file.
 */
export function heardInFile(file: Buffer, tokens: ReadonlySet<string>): Heard {
  const reader = new PcapReader()
  const records = reader.push(file)
  if (file.length < 24) throw new NotPcap('shorter than a file header')
  const heard = new Heard(tokens)
  for (const record of records) heard.take(record)
  return heard
}
