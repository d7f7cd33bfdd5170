import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { type Text, text } from '../core/text.ts'
import { within } from '../core/within.ts'
import type { Exit, Machine, RemoteProcess } from '../ssh/machine.ts'
import { asLook, shellQuote } from '../ssh/root-shell.ts'
import type { Conversation } from './conversation.ts'
import { Heard } from './heard.ts'
import { PcapReader, type PcapRecord } from './pcap.ts'
import type { Signal } from './signal.ts'
import { Counters } from './tcpdump.ts'

/**
 * ICMP, ARP and Geneve, plain or VLAN-tagged. `vlan` moves every offset to its right behind the tag (pcap-filter(7)),
 * so it stands last, once for each tag there may be.
 */
const filterFor = (tcpPorts: number[]): string => {
  const wanted = `(icmp or icmp6 or arp or udp port 6081${tcpPorts.map(port => ` or tcp port ${port}`).join('')})`
  return `${wanted} or (vlan and (${wanted} or (vlan and ${wanted})))`
}
/** All but what brings the capture itself home, which would have to be captured again. */
const EVERYTHING = 'not tcp port 22'

/** Room for Ethernet, two tags, IPv6, UDP, Geneve with options, and an inner IPv6 echo with its payload. */
const SNAP_LENGTH = 320
/** A capture ends by itself this long after what it was opened for, whatever becomes of us. */
const LIFE_MS = 30_000
/** More than this in one experiment is not the traffic of a lab. */
const MAX_BYTES = 64 * 2 ** 20
const STOP_MS = 3_000
/** What a conversation is read from is not cut: no IPv4 packet is longer, offloaded ones included (RFC 791, section 3.1). */
const WHOLE = 65_600
/** Each packet takes a place of that size until it is read (packet_mmap, TPACKET_V2): so many hold a page and its database's answer. */
const PLACES_KIB = 8192

const [NO_LINK, NO_TCPDUMP] = [65, 69]

/**
 * Not promiscuous: nothing changes on the node, and a bridge's port is promiscuous already. A Linux bridge alone passes from
 * port to port what it does not show to itself, unless somebody who listens asks for all of it.
 */
function script({ conversation, ...place }: Place): string {
  const { link, netns, everything, isBridge, only, tcpPorts = new Map() } = place
  const filter = everything
    ? EVERYTHING
    : (conversation?.filter ?? filterFor([...new Set(tcpPorts.values())]))
  const [inside, isThere] =
    netns === undefined
      ? ['', isLink(link)]
      : [
          `ip netns exec ${shellQuote(netns)} `,
          `ip -n ${shellQuote(netns)} link show dev ${shellQuote(link)} >/dev/null 2>&1`,
        ]
  return asLook(`command -v tcpdump >/dev/null || exit ${NO_TCPDUMP}
${isThere} || exit ${NO_LINK}
exec ${inside}tcpdump -i ${shellQuote(link)} ${only ? `-Q ${only} ` : ''}${isBridge ? '' : '-p '}-n -U --immediate-mode \
-s ${conversation ? `${WHOLE} -B ${PLACES_KIB}` : SNAP_LENGTH} -w - ${shellQuote(filter)}`)
}

/**
 * Whether there is such a link where we are, by the shell alone; /sys may be another namespace's. What IPv4 keeps of each link is
 * there at once (ip-sysctl), but not for one of a tiny MTU; proc_net(5), dev, has all, and is read byte by byte.
 */
const isLink = (link: string) =>
  `${NOT_LINKS.includes(link) ? 'false' : `[ -e ${shellQuote(`/proc/sys/net/ipv4/conf/${link}`)} ]`} || \
(while read -r name _; do [ "\${name%%:*}" != ${shellQuote(link)} ] || exit 0; done </proc/self/net/dev; exit 1)`
/** What stands beside links there. */
const NOT_LINKS = ['all', 'default', '.', '..']

/** What a capture took in, once it is stopped. */
interface Taken {
  packetsTotal: number
  droppedByKernel: number
}

/** Where to listen, for what, and whom to wake when something is heard. */
export interface Place {
  link: string
  netns?: string
  everything?: true
  /** The link is a Linux bridge: hear what it passes from port to port, too. */
  isBridge?: true
  /** Hear only what is received by the link, or only what is sent by it (tcpdump(1), -Q). */
  only?: 'in' | 'out'
  tokens: ReadonlySet<string>
  /** Of tokens that stand for TCP connections: the port they are begun to. */
  tcpPorts?: ReadonlyMap<string, number>
  signal: Signal
  /** Hears connections of TCP, in whole segments, in place of what is said of tokens. */
  conversation?: Conversation
  /** Is given every frame, whatever it is. */
  keep?: (record: PcapRecord) => unknown
  /** How much longer than usual what it is opened for takes. */
  extraMs?: number
}

/** tcpdump on one link of a node, listening. */
export class Capture {
  readonly node: string
  readonly link: string
  /** What of it bears one of our tokens, so far. */
  readonly heard: Heard
  readonly #process: RemoteProcess
  readonly #counters: Counters
  readonly #pcap: PcapReader
  readonly #conversation: Conversation | undefined
  readonly #keep: Place['keep']
  readonly #signal: Signal
  readonly #stopMs: number
  readonly #outputEnded: Promise<unknown>
  #packetsTotal = 0
  #bytes = 0
  #broken: CannotLook | undefined
  #exit: Exit | undefined

  private constructor(machine: Machine, place: Place, process: RemoteProcess) {
    const { link, tokens, tcpPorts, signal, conversation } = place
    this.#conversation = conversation
    this.#keep = place.keep
    this.#pcap = new PcapReader(conversation ? WHOLE : SNAP_LENGTH)
    this.node = machine.node
    this.#stopMs = patient(STOP_MS, machine)
    this.link = link
    this.heard = new Heard(tokens, tcpPorts)
    this.#signal = signal
    this.#process = process
    this.#counters = new Counters(process.stderr, () => signal.wake())
    process.stdio.on('data', (chunk: Buffer) => this.#read(chunk))
    process.stdio.on('error', () => {})
    this.#outputEnded = new Promise(resolve => {
      process.stdio.on('end', resolve)
      process.stdio.on('close', resolve)
    })
    const onExit = (exit: Exit) => {
      this.#exit = exit
      signal.wake()
    }
    process.exited.then(onExit, () => onExit({ code: null }))
  }

  /** Resolves when tcpdump listens; rejects with CannotLook: no tcpdump, no such link, link down, too late. */
  static async open(machine: Machine, place: Place, deadlineMs: number): Promise<Capture> {
    const process = await machine.start(script(place), {
      stdin: 'watch',
      lifeMs: LIFE_MS + (place.extraMs ?? 0),
    })
    const capture = new Capture(machine, place, process)
    const isListening = () => capture.#counters.isListening
    await place.signal.until(() => isListening() || capture.#exit !== undefined, patient(deadlineMs, machine))
    if (isListening() && !capture.#exit) return capture
    // What it said may still be on its way when its exit code is already here.
    if (capture.#exit)
      await within(capture.#stopMs, Promise.all([capture.#counters.ended, capture.#outputEnded]))
    const why = isListening() ? capture.#whyEnded() : capture.#whyDeaf(capture.#exit)
    capture.#abandon()
    throw why
  }

  /** False once nothing more will come. */
  get isOpen(): boolean {
    return this.#exit === undefined && this.#broken === undefined
  }

  /** Ends tcpdump and tells what it took in; rejects with CannotLook when that cannot be relied on. */
  async stop(): Promise<Taken> {
    const endedEarly = this.#exit !== undefined
    this.#process.stdio.end()
    // Unread output holds the exit back; a broken capture no longer reads.
    if (this.#broken) this.#process.stdio.resume()
    await within(this.#stopMs, Promise.all([this.#process.exited.catch(() => undefined), this.#outputEnded]))
    await within(this.#stopMs, this.#counters.ended)
    this.#process.stdio.destroy()
    const { droppedByKernel } = this.#counters
    if (this.#broken) throw this.#broken
    if (endedEarly || droppedByKernel === undefined) throw this.#cannot(ENDED_EARLY)
    if (this.#pcap.isCut) throw this.#cannot(GARBLED)
    return { packetsTotal: this.#packetsTotal, droppedByKernel }
  }

  #read(chunk: Buffer): void {
    if (this.#broken) return
    this.#bytes += chunk.length
    try {
      if (this.#bytes > MAX_BYTES) throw new RangeError('too much traffic')
      for (const record of this.#pcap.push(chunk)) {
        this.#packetsTotal++
        this.#keep?.(record)
        if (this.#conversation) this.#conversation.take(record)
        else this.heard.take(record)
      }
    } catch (cause) {
      this.#broken = this.#cannot(cause instanceof RangeError ? TOO_MUCH : GARBLED, { cause })
    }
    this.#signal.wake()
  }

  #abandon(): void {
    this.#process.stdio.resume()
    this.#process.stdio.end()
    this.#process.stdio.destroy()
  }

  /** Of one that listened, and was over before anybody told it to stop. */
  #whyEnded(): CannotLook {
    return this.#broken ?? this.#cannot(this.#pcap.isCut ? GARBLED : ENDED_EARLY)
  }

  #whyDeaf(exit: Exit | undefined): CannotLook {
    const { node, link } = this
    if (exit?.code === NO_TCPDUMP)
      return this.#cannot(text(`${node} has no tcpdump`, `${node} 上沒有安裝 tcpdump`), {
        help: `sudo apt install tcpdump   # on ${node}`,
      })
    if (exit?.code === NO_LINK)
      return this.#cannot(text(`there is no interface ${link} on ${node}`, `${node} 上沒有介面 ${link}`), {
        help: `ip -br link   # on ${node}`,
      })
    const said = this.#counters.lastLine
    if (/\bnot up\b/.test(said))
      return this.#cannot(
        text(
          `interface ${link} on ${node} is down, so nothing can be captured there`,
          `${node} 上的介面 ${link} 沒有啟用（DOWN），擷取不到封包`,
        ),
        { help: `ip -br link show dev ${link}   # on ${node}` },
      )
    return this.#cannot(
      text(
        `tcpdump on ${node} cannot capture on ${link}: ${said || 'no answer'}`,
        `${node} 上的 tcpdump 無法在 ${link} 上擷取封包：${said || '沒有回應'}`,
      ),
    )
  }

  #cannot(reason: Text | ((at: Capture) => Text), more: { help?: string; cause?: unknown } = {}): CannotLook {
    const sentence = typeof reason === 'function' ? reason(this) : reason
    return new CannotLook(sentence, { where: `${this.node} · ${this.link}`, ...more })
  }
}

const ENDED_EARLY = ({ node, link }: Capture) =>
  text(`the capture on ${link} of ${node} ended too early`, `${node} 上 ${link} 的封包擷取提早結束`)
const GARBLED = ({ node, link }: Capture) =>
  text(
    `the output of tcpdump on ${link} of ${node} is not a capture`,
    `${node} 上 ${link} 的 tcpdump 送出的不是擷取資料`,
  )
const TOO_MUCH = ({ node, link }: Capture) =>
  text(`${link} of ${node} has too much traffic to capture`, `${node} 上 ${link} 的流量太大，來不及擷取`)
