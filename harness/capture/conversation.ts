import { ETHERTYPE, GENEVE_PORT, ipv4, PROTOCOL } from './decode.ts'
import type { PcapRecord } from './pcap.ts'
import { holdsSegment } from './segment-within.ts'

/** A segment of TCP in a frame (RFC 9293). */
interface Segment {
  source: string
  destination: string
  sourcePort: number
  destinationPort: number
  sequence: number
  isSyn: boolean
  isEnd: boolean
  isReset: boolean
  payload: Buffer
  /** So many bytes of its payload were cut off where it was captured. */
  cutBytes: number
  /** Of a SYN: how large segments may be that its sender takes (RFC 9293, section 3.7.1). */
  takesBytes?: number
  /** Of the IP packet; more than the link has room for where the system lets a later place cut it (segmentation offload). */
  packetBytes: number
  isTunnelled: boolean
}

/** The segments of both ways between who asked and who was asked, in one capture. */
export interface Connection {
  client: string
  clientPort: number
  server: string
  port: number
  isTunnelled: boolean
  /** The server answered the start, said it has nothing more to say, or refused. */
  isAnswered: boolean
  isOver: boolean
  isReset: boolean
  asked: Way
  answered: Way
}

/** What went one way. */
interface Way {
  /** What it said, in order; a gap ends it. */
  said: Buffer
  /**
   * The largest IP packet with payload, no larger than the other side takes: the system may let a later place cut what is
   * captured here in one piece. Absent where the start was not heard, and nobody knows what that side takes.
   */
  largestBytes?: number
}

const [FIN, SYN, RST] = [0x01, 0x02, 0x04]

/** Connections to some ports, heard in one capture, and every frame that holds something of ours, whatever carries it. */
export class Conversation {
  readonly filter: string
  /** Frames that hold the mark, or a segment of the connections: how many. */
  marked = 0
  /** An ICMP echo was heard: what proves a silent capture not to be deaf. */
  hasHeardEcho = false
  readonly #ports: readonly number[]
  readonly #mark: string
  readonly #address: Buffer
  readonly #segments: Segment[] = []

  /** `mark`: the bytes that tell a frame of ours; `address`: the end that all connections have in common. */
  constructor(ports: readonly number[], mark: string, address: string) {
    this.#ports = ports
    this.#mark = mark
    this.#address = Buffer.from(address.split('.').map(Number))
    const plain = `(icmp or udp port ${GENEVE_PORT}${ports.map(port => ` or tcp port ${port}`).join('')})`
    this.filter = `${plain} or (vlan and ${plain})`
  }

  take({ bytes, originalLength }: PcapRecord): void {
    if (bytes.includes(this.#mark, 0, 'latin1') || holdsSegment(bytes, this.#address, this.#ports))
      this.marked++
    try {
      const inFrame = this.#read(bytes, false)
      if (inFrame === 'echo') this.hasHeardEcho = true
      else if (inFrame)
        this.#segments.push({ ...inFrame, cutBytes: Math.max(0, originalLength - bytes.length) })
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
    }
  }

  /**
   * What was cut off here stands in other captures of the same segments. On a link without offloading, libpcap leaves a frame no more room
   * than its MTU, though the other end of a veth pair may hand over larger ones (pcap-linux.c, create_ring).
   */
  fillFrom(others: Conversation[]): void {
    const heard = others.flatMap(other => other.#segments.filter(({ cutBytes }) => cutBytes === 0))
    const filled = this.#segments
      .filter(({ cutBytes }) => cutBytes > 0)
      .flatMap(cut => heard.filter(one => isOneWay(one, cut)).flatMap(one => partOf(one, cut) ?? []))
    this.#segments.push(...filled)
  }

  /** The connections to a port, in the order they were first heard. */
  connectionsTo(port: number): Connection[] {
    const groups = new Map<string, Segment[]>()
    for (const one of this.#segments) {
      if (![one.sourcePort, one.destinationPort].includes(port)) continue
      const ends =
        one.destinationPort === port
          ? [one.source, one.sourcePort, one.destination]
          : [one.destination, one.destinationPort, one.source]
      const key = [...ends, one.isTunnelled].join()
      groups.set(key, [...(groups.get(key) ?? []), one])
    }
    return [...groups.values()].map(segments => connectionOf(segments, port))
  }

  #read(bytes: Buffer, isTunnelled: boolean): Omit<Segment, 'cutBytes'> | 'echo' | undefined {
    let at = 12
    while ([ETHERTYPE.vlan, ETHERTYPE.serviceVlan].includes(bytes.readUInt16BE(at))) at += 4
    if (bytes.readUInt16BE(at) !== ETHERTYPE.ipv4) return undefined
    const packet = bytes.subarray(at + 2)
    const datagram = ipv4(packet)
    if (!datagram) return undefined
    const { protocol, bytes: carried, source, destination } = datagram
    if (protocol === PROTOCOL.icmp) return isTunnelled ? undefined : 'echo'
    if (protocol === PROTOCOL.udp && !isTunnelled && carried.readUInt16BE(2) === GENEVE_PORT) {
      const inner = this.#read(carried.subarray(16 + (carried.readUInt8(8) & 0x3f) * 4), true)
      return inner === 'echo' ? undefined : inner
    }
    if (protocol !== PROTOCOL.tcp) return undefined
    const [sourcePort, destinationPort] = [carried.readUInt16BE(0), carried.readUInt16BE(2)]
    if (![sourcePort, destinationPort].some(port => this.#ports.includes(port))) return undefined
    const flags = carried.readUInt8(13)
    return {
      source,
      destination,
      sourcePort,
      destinationPort,
      isTunnelled,
      sequence: carried.readUInt32BE(4),
      isSyn: (flags & SYN) !== 0,
      isEnd: (flags & (FIN | RST)) !== 0,
      isReset: (flags & RST) !== 0,
      payload: carried.subarray((carried.readUInt8(12) >> 4) * 4),
      ...((flags & SYN) !== 0 && takenBy(carried.subarray(20, (carried.readUInt8(12) >> 4) * 4))),
      packetBytes: (packet.readUInt8(0) & 0x0f) * 4 + carried.length,
    }
  }
}

const isOneWay = (one: Segment, other: Segment): boolean =>
  one.source === other.source &&
  one.sourcePort === other.sourcePort &&
  one.destination === other.destination &&
  one.destinationPort === other.destinationPort

/** What of a segment belongs where another one was cut off; undefined where nothing does. */
function partOf(one: Segment, { sequence, payload, cutBytes, ...cut }: Segment): Segment | undefined {
  const at = (sequence + payload.length - one.sequence) | 0
  const from = Math.max(0, at)
  const part = one.payload.subarray(from, Math.max(from, at + cutBytes))
  if (part.length === 0) return undefined
  const isPart = { isSyn: false, isEnd: false, isReset: false, cutBytes: 0 }
  return { ...cut, ...isPart, sequence: one.sequence + from, payload: part }
}

function connectionOf(segments: Segment[], port: number): Connection {
  const asked = segments.filter(one => one.destinationPort === port)
  const answered = segments.filter(one => one.destinationPort !== port)
  const [first = segments[0]!] = asked
  const isClient = first.destinationPort === port
  return {
    client: isClient ? first.source : first.destination,
    clientPort: isClient ? first.sourcePort : first.destinationPort,
    server: isClient ? first.destination : first.source,
    port,
    isTunnelled: first.isTunnelled,
    isAnswered: answered.some(({ isReset }) => !isReset),
    isOver: answered.some(({ isEnd }) => isEnd),
    isReset: answered.length > 0 && answered.every(({ isReset }) => isReset),
    asked: wayOf(asked, answered),
    answered: wayOf(answered, asked),
  }
}

/** In the order of their bytes, whatever order they came in, and each byte once. */
function wayOf(segments: Segment[], others: Segment[]): Way {
  const [first] = segments
  const start = segments.find(({ isSyn }) => isSyn)
  const from = start ? start.sequence + 1 : (first?.sequence ?? 0)
  const offsetOf = ({ sequence, isSyn }: Segment) => (sequence + (isSyn ? 1 : 0) - from) | 0
  const full = segments.filter(({ payload }) => payload.length > 0)
  const pieces: Buffer[] = []
  let end = 0
  for (const one of [...full].sort((a, b) => offsetOf(a) - offsetOf(b))) {
    const known = end - offsetOf(one)
    if (known < 0) break
    if (known >= one.payload.length) continue
    pieces.push(one.payload.subarray(known))
    end += one.payload.length - known
  }
  const takes = others.find(({ takesBytes }) => takesBytes !== undefined)?.takesBytes
  const largest = Math.max(0, ...full.map(({ packetBytes }) => packetBytes))
  return {
    said: Buffer.concat(pieces),
    ...(takes !== undefined && { largestBytes: Math.min(largest, takes + HEADS_BYTES) }),
  }
}

/** Of IPv4 and TCP, without options: what a maximum segment size does not count. */
const HEADS_BYTES = 40

/** The option of that kind (2); others are a byte alone (0, 1), or tell how long they are. */
function takenBy(options: Buffer): Pick<Segment, 'takesBytes'> {
  for (
    let at = 0;
    at < options.length && options[at] !== 0;
    at += options[at] === 1 ? 1 : options[at + 1] || 40
  )
    if (options[at] === 2) return { takesBytes: options.readUInt16BE(at + 2) }
  return {}
}
