/** Messages of the kernel about links, addresses and routes, as rtnetlink(7) tells them (linux/rtnetlink.h, linux/if_link.h). */

/** Attributes by their number. */
type Attributes = Map<number, Buffer>

export interface NetMessage {
  kind: 'link' | 'address' | 'route' | 'neighbour' | 'rule' | 'tc' | 'netconf'
  isGone: boolean
  /** It answers a question of ours, and so tells what was there before. */
  isDump: boolean
  /** What it is about, among those of its kind in its namespace. */
  key: string
  /** By what it is told from what was: words of the fields that do not tick by themselves. */
  fields: Record<string, string>
}

const HEADER_BYTES = 16
const NLM_F_MULTI = 2
/** Types from which on each kind has its four (new, gone, ask, set); and the length of what comes before attributes. */
const KINDS: [first: number, kind: NetMessage['kind'], bytes: number][] = [
  [16, 'link', 16],
  [20, 'address', 8],
  [24, 'route', 12],
  [28, 'neighbour', 12],
  [32, 'rule', 12],
  [36, 'tc', 20],
  [40, 'tc', 20],
  [44, 'tc', 20],
  [80, 'netconf', 4],
]

/** Reads one message; undefined for one of another kind, or cut. */
export function netMessageFrom(bytes: Buffer): NetMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const type = bytes.readUInt16LE(4)
  const [first, kind, length] = KINDS.find(([from]) => type - from === 0 || type - from === 1) ?? []
  if (first === undefined || kind === undefined || length === undefined) return undefined
  const about = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length)
  if (about.length < length) return undefined
  const attributes = attributesIn(bytes.subarray(HEADER_BYTES + length))
  return {
    kind,
    isGone: type !== first,
    isDump: (bytes.readUInt16LE(6) & NLM_F_MULTI) !== 0,
    ...READ[kind](about, attributes),
  }
}

type Read = (about: Buffer, attributes: Attributes) => Pick<NetMessage, 'key' | 'fields'>

const whole: Read = (about, attributes) => {
  const all = [...attributes].map(([type, value]) => `${type}:${value.toString('hex')}`).join(' ')
  return { key: `${about.toString('hex')} ${all}`, fields: {} }
}

const READ: Record<NetMessage['kind'], Read> = {
  link: (about, attributes) => {
    // AF_BRIDGE tells of the same link as a port of its bridge.
    const isPort = about[0] === 7
    const index = about.readInt32LE(4)
    const flags = about.readUInt32LE(8)
    const info = nested(attributes, 18)
    const bridge = nested(info, 2)
    const port = nested(attributes, 12)
    const fields: Record<string, string | undefined> = isPort
      ? { name: stringOf(attributes.get(3)), state: numberOf(port.get(1)), isPort: 'yes' }
      : {
          name: stringOf(attributes.get(3)),
          up: flags & 1 ? 'up' : 'down',
          carrier: flags & 0x10000 ? 'yes' : 'no',
          flags: (flags & ~(1 | 0x100 | 0x40 | 0x10000 | 0x20000)).toString(16),
          mtu: numberOf(attributes.get(4)),
          mac: macOf(attributes.get(1)),
          master: numberOf(attributes.get(10)),
          lower: numberOf(attributes.get(5)),
          qdisc: stringOf(attributes.get(6)),
          kind: stringOf(info.get(1)),
          xdp: attributes.get(43)?.toString('hex'),
          ...(stringOf(info.get(1)) === 'bridge' && {
            stp: numberOf(bridge.get(5)),
            vlans: numberOf(bridge.get(7)),
          }),
        }
    return { key: `${isPort ? 'port' : 'link'} ${index}`, fields: present(fields) }
  },
  address: (about, attributes) => {
    const address = addressOf(attributes.get(2) ?? attributes.get(1))
    const fields = { address: `${address}/${about[1]}`, flags: ((about[2] ?? 0) & 0xe8).toString(16) }
    return { key: `${about.readUInt32LE(4)} ${address}/${about[1]}`, fields }
  },
  route: (about, attributes) => {
    const to = addressOf(attributes.get(1))
    // RTPROT_KERNEL: it comes and goes with an address or a link.
    const words = {
      isOwn: about[5] === 2 ? 'yes' : undefined,
      to: to === '' ? 'default' : `${to}/${about[1]}`,
      via: addressOf(attributes.get(5)),
    }
    const kept = [...attributes].filter(([type]) => type !== 12)
    return { ...whole(about, new Map(kept)), fields: present(words) }
  },
  neighbour: (_, attributes) => {
    const fields = { address: addressOf(attributes.get(1)), mac: macOf(attributes.get(2)) ?? '' }
    return { key: fields.address, fields }
  },
  rule: whole,
  tc: about => ({ key: about.toString('hex'), fields: {} }),
  netconf: whole,
}

function attributesIn(bytes: Buffer): Attributes {
  const found: Attributes = new Map()
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4) break
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length))
    at += (length + 3) & ~3
  }
  return found
}

const nested = (attributes: Attributes, type: number): Attributes =>
  attributesIn(attributes.get(type) ?? Buffer.alloc(0))
const stringOf = (bytes: Buffer | undefined) => bytes?.toString('utf8').replace(/\0.*$/s, '')
const numberOf = (bytes: Buffer | undefined) =>
  bytes && (bytes.length >= 4 ? String(bytes.readUInt32LE(0)) : String(bytes[0]))
const macOf = (bytes: Buffer | undefined) => bytes?.toString('hex').replace(/(..)(?=.)/g, '$1:')

function addressOf(bytes: Buffer | undefined): string {
  if (bytes?.length === 4) return bytes.join('.')
  if (bytes?.length !== 16) return bytes?.toString('hex') ?? ''
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16))
  // The longest run of zeros is left out (RFC 5952).
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length)
  const [run] = runs
  if (!run) return groups.join(':')
  const text = groups.join(':')
  const [before, after] = [text.slice(0, run.index), text.slice(run.index + run[0].length)]
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`
}

const present = (fields: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
