import { randomInt } from 'node:crypto'
import type { PingSeen, Variant } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { NETWORK_ERRORS } from './network-errors.ts'

/** Those that every ping has (ping(8), -s). */
const USUAL_BYTES = 56
/** One of each part of what lies between the usual size and the largest: a network may lose those of some sizes alone. */
const VARIANTS = 4
/** Types of service that programs send by: video, routing, bulk, voice (RFC 4594), and that of congestion notices (RFC 3168). */
const TYPES_OF_SERVICE = [0x88, 0xc0, 0x20, 0xb8, 0x02] as const
/** That of whoever types, in ssh(1) and older programs (IPTOS_LOWDELAY); rules of routing know no other kind (ip-rule(8), tos). */
const LOW_DELAY = 0x10
/** Times to live that other systems and routers send with, for some of them (RFC 1700; 64 is usual here). */
const TIMES_TO_LIVE: (number | undefined)[] = [undefined, 128, 32, 255]
/** What was lost is sent so often before it counts as lost: each packet under an id of its own. */
const CALM_TRIES = 3

/**
 * Echoes that differ in what networks may choose packets by: each has another size between two, another type of service, and
 * an id of its own; one may be cut on the way, and some have another time to live. They are drawn anew each time.
 */
export function drawVariants(moreThanBytes: number, lessThanBytes: number): Variant[] {
  const room = lessThanBytes - moreThanBytes - 1
  if (room < VARIANTS) return []
  const types = [LOW_DELAY, ...drawn([...TYPES_OF_SERVICE])]
  return Array.from({ length: VARIANTS }, (_, at) => {
    const [from, to] = [at, at + 1].map(part => Math.floor((room * part) / VARIANTS)) as [number, number]
    const bytes = moreThanBytes + 1 + from + randomInt(to - from)
    const ttl = TIMES_TO_LIVE[at]
    return { bytes, tos: types[at]!, ...(at === 0 && { isFragmentable: true as const }), ...(ttl && { ttl }) }
  })
}

type Asked = Pick<PingSeen, 'from' | 'to' | 'bytes' | 'tcpPort' | 'variants'>

/** Such echoes for each address that is asked with large ones, which nobody has to ask for. They go beside those. */
export function variedBeside(pings: Asked[]): Asked[] {
  const sized = pings.filter(({ bytes, tcpPort }) => bytes !== undefined && tcpPort === undefined)
  const isSame = (one: Asked, { from, to }: Asked) =>
    one.to === to && one.from.node === from.node && one.from.netns === from.netns
  return sized.flatMap((ping, at) => {
    if (sized.findIndex(one => isSame(one, ping)) < at) return []
    const variants = drawVariants(USUAL_BYTES, ping.bytes!)
    return variants.length > 0 ? [{ from: ping.from, to: ping.to, variants }] : []
  })
}

function drawn<T>(all: T[]): T[] {
  const rest = [...all]
  return all.map(() => rest.splice(randomInt(rest.length), 1)[0]!)
}

/** The words of a shell that send one echo of each kind, all at once; each waits so many seconds for its answer (ping(8)). */
export function variantsCommand(
  variants: Variant[],
  { to, token, seconds, isCalm }: { to: string; token: string; seconds: number; isCalm: boolean },
): string {
  const tries = isCalm ? CALM_TRIES : 1
  const words = variants.map(({ bytes, tos, isFragmentable, ttl }) =>
    shellQuote(
      `-s ${bytes} -Q ${tos}${isFragmentable ? ' -M dont' : ''}${ttl === undefined ? '' : ` -t ${ttl}`}`,
    ),
  )
  const one = `ping -n -q -c 1 -W ${seconds / tries} -p ${token} $words ${shellQuote(to)}`
  // In one piece: ping writes its lines as they come, and several of them would be mixed. What it was asked to send stands before.
  const each = Array(tries).fill(`said=$(${one} 2>&1); printf '%s\\n' "$words" "$said"`).join('; ')
  return `for words in ${words.join(' ')}; do { ${each}; } & done; wait`
}

/**
 * What came of them, by ping's own words. `bytes` is the size of the first that was lost. One that the kernel refused to
 * send is lost. Undefined where ping did not send all of them for a reason of its own.
 */
export function variantsIn(
  variants: Variant[],
  lines: string[],
): Pick<PingSeen, 'sent' | 'received' | 'bytes' | 'variants'> | undefined {
  const made = [
    ...lines
      .join('\n')
      .matchAll(
        /^PING [^\n]*?\s(\d+)(?:\(\d+\))? (?:data )?bytes[\s\S]*?^(\d+) packets transmitted, (\d+) received/gm,
      ),
  ].map(([, bytes, sent, received]) => ({
    bytes: Number(bytes),
    sent: Number(sent),
    received: Number(received),
  }))
  const refused = variants.map(({ bytes }) => ({
    bytes,
    sent: lines.filter(
      (line, at) => line.startsWith(`-s ${bytes} `) && NETWORK_ERRORS.test(lines[at + 1] ?? ''),
    ).length,
    received: 0,
  }))
  made.push(...refused)
  const sum = (of: typeof made, what: 'sent' | 'received') => of.reduce((all, one) => all + one[what], 0)
  const told = variants.map((variant): Variant & { wasSent: boolean } => {
    const own = made.filter(({ bytes }) => bytes === variant.bytes)
    return { ...variant, ...(sum(own, 'received') === 0 && { isLost: true }), wasSent: sum(own, 'sent') > 0 }
  })
  if (told.some(({ wasSent }) => !wasSent)) return undefined
  const bytes = told.find(({ isLost }) => isLost)?.bytes
  return {
    sent: sum(made, 'sent'),
    received: sum(made, 'received'),
    ...(bytes !== undefined && { bytes }),
    variants: told.map(({ wasSent: _, ...variant }) => variant),
  }
}
