import { randomBytes } from 'node:crypto'
import { patient } from '../core/patience.ts'
import type { PingFrom, PingSeen, Variant } from '../look/evidence.ts'
import { isLossy } from '../look/loss.ts'
import { blindFrom } from '../look/recording.ts'
import type { Machine } from '../ssh/machine.ts'
import { asLook, shellQuote } from '../ssh/root-shell.ts'
import { connectCommand } from './connect.ts'
import { NETWORK_ERRORS } from './network-errors.ts'
import { NOT_OF_PROGRAM, PERL, PING, whyNone } from './sender.ts'
import { variantsCommand, variantsIn } from './variants.ts'

/** One ping to make: where from, where to, and the token it carries. */
export interface PingPlan {
  from: PingFrom
  to: string
  token: string
  /** Begin TCP connections to this port instead. */
  tcpPort?: number
  /** How many bytes an echo carries, in one piece; without it as many as hold the token. */
  bytes?: number
  /** Its sender may cut it where its own routes say so. */
  isLargest?: true
  /** Send one of each of these instead. */
  variants?: Variant[]
}

/** How many echoes, and whether they leave each other time. */
export interface Pace {
  echoes?: number
  /** Where a line bears no more. */
  isCalm?: boolean
  /** Who does not answer soon is asked again anyway, and then waited for. */
  isFirstLook?: boolean
  /** Answers are known to come late. */
  isPatient?: boolean
  /** Nobody has pinged for a while: whether it is the first that is lost is to be told. */
  isAfterSilence?: boolean
}

/** What one run of ping printed, and how it ended. */
interface PingRun {
  code: number
  lines: string[]
}

/** Enough to see a network that loses some of them, within a tenth of a second where none is answered. */
export const ECHOES = 20
/** Of the largest fewer: they are there for a network that passes none of them, and are not to fill a narrow line. */
const LARGEST_ECHOES = 6
/**
 * By [small ones, the largest], where there is no answer; else as fast as there are (ping(8), -A), for ping would spin through
 * intervals as short as these. It waits for its last answer as long as for two of the others, and may miss that one.
 */
const INTERVALS_SECONDS = [0.005, 0.01] as const
/** What was lost in a burst, or was too slow for one, is sent once more at a pace that a line of half a megabit bears. */
const CALM_INTERVALS_SECONDS = [0.012, 0.1] as const
/** ping is asked for its sum when this is over: it would wait on for every neighbour that does not answer. */
const LIFE_SECONDS = 1
/** A first look is over by then: who answers on a lab does so within milliseconds. */
const FIRST_LOOK_SECONDS = 0.4
/** And no answer at all is waited for no longer than that after the last question (ping(8), -W). */
const FIRST_ANSWER_SECONDS = 0.1
/** Answers that were heard after that are waited for as long as this. */
const PATIENT_SECONDS = 5
/** 56 bytes hold the pattern three times and a half; the timestamp destroys only the first. */
export const PAYLOAD_BYTES = 56
/** What it may take beside its life. */
const BESIDE_MS = 3_000

/** How long one ping lasts at most, and how long it waits for its last answer. */
interface Life {
  seconds: number
  lastSeconds: number
}

/** `--foreground`: else timeout makes a process group of its own, which nobody ends when the connection is cut (timeout(1)). */
const commandOf = (
  { to, token, tcpPort, bytes, isLargest, variants }: PingPlan,
  most: number,
  { seconds, lastSeconds }: Life,
  { isCalm = false, isAfterSilence = false }: Pace,
): string => {
  const echoes = isLargest ? Math.min(most, LARGEST_ECHOES) : most
  const interval = (isCalm ? CALM_INTERVALS_SECONDS : INTERVALS_SECONDS)[isLargest ? 1 : 0]
  const pace = `${isCalm ? '' : '-A '}-i ${interval}`
  if (tcpPort !== undefined) return connectCommand(to, tcpPort, token, echoes, seconds)
  // Those after a silence are made no second time, or are the last.
  if (variants) return variantsCommand(variants, { to, token, seconds, isCalm: isCalm || isAfterSilence })
  return `timeout --foreground -s INT ${seconds} ping -n ${isAfterSilence ? '' : '-q '}-c ${echoes} ${pace} -W ${lastSeconds} -p ${token} ${sizeOf(bytes, isLargest)} ${shellQuote(to)}`
}

const sizeOf = (bytes: number | undefined, isLargest?: true) =>
  bytes === undefined ? `-s ${PAYLOAD_BYTES}` : `-M ${isLargest ? 'want' : 'do'} -s ${bytes}`

/**
 * All run at once, those of a namespace behind one ip-netns(8), which costs more than a ping. Each writes a block of its own in one
 * piece, framed by a mark that nothing a node prints can hold; for all that never began, ip's complaint stands.
 */
function script(plans: PingPlan[], mark: string, commandAt: (plan: PingPlan) => string): string {
  const places = [...new Set(plans.map(({ from }) => from.netns))]
  const each = places.map(place => {
    const here = [...plans.entries()].filter(([, { from }]) => from.netns === place)
    const probes = `${PROBE.replaceAll('MARK', mark)}
${here.map(([at, plan]) => `made${at}() { ${commandAt(plan)}; }\nprobe ${at} made${at} &`).join('\n')}
wait`
    if (place === undefined) return `(${probes}) &`
    const numbers = here.map(([at]) => at).join(' ')
    return `{ said=$(ip netns exec ${shellQuote(place)} sh -c ${shellQuote(probes)} 2>&1 </dev/null); code=$?
case $said in *${mark}*) printf '%s\\n' "$said" ;; *) for at in ${numbers}; do tell; done ;; esac; } &`
  })
  return asLook(`${TELL.replaceAll('MARK', mark)}\n${each.join('\n')}\nwait`)
}

const TELL = `tell() { printf '%s\\n' "MARK $at $code" "$said" 'MARK end'; }`
const PROBE = `${TELL}
probe() { at=$1; said=$("$2" 2>&1 </dev/null); code=$?; tell; }`

/**
 * Makes pings that all start on one node, all at once, and tells what each came to, in the order given.
 * One that ping itself could not make is told as blind. Rejects with CannotLook when the node could not be asked.
 */
export async function pingFrom(machine: Machine, plans: PingPlan[], pace: Pace = {}): Promise<PingSeen[]> {
  const { echoes = ECHOES, isFirstLook = false, isPatient = false } = pace
  const usual = isFirstLook ? FIRST_LOOK_SECONDS : isPatient ? PATIENT_SECONDS : LIFE_SECONDS
  const seconds = patient(usual, machine)
  const lastSeconds = isFirstLook ? patient(FIRST_ANSWER_SECONDS, machine) : Math.ceil(seconds)
  const life = { seconds, lastSeconds }
  const mark = randomBytes(16).toString('hex')
  const ran = await machine.run(
    script(plans, mark, plan => commandOf(plan, echoes, life, pace)),
    {
      deadlineMs: Math.max(seconds, LIFE_SECONDS) * 1_000 + BESIDE_MS,
      maxBytes: 2 ** 20,
    },
  )
  const runs = runsIn(ran.stdout.toString(), mark)
  return plans.map((plan, at) => ({ ...plan, ...cameTo(plan, machine.node, runs.get(at)) }))
}

function runsIn(output: string, mark: string): Map<number, PingRun> {
  const runs = new Map<number, PingRun>()
  for (const part of output.split(`${mark} `)) {
    const found = /^(\d+) (\d+)\n([\s\S]*)$/.exec(part)
    if (found) runs.set(Number(found[1]), { code: Number(found[2]), lines: found[3]!.split('\n') })
  }
  return runs
}

/** Of several pings at once, the sum of one says nothing. */
const cameTo = ({ variants, tcpPort }: PingPlan, node: string, run: PingRun | undefined) =>
  variants
    ? (variantsIn(variants, run?.lines ?? []) ??
      resultOf(node, run && { ...run, lines: run.lines.filter(line => !SUM.test(line)) }))
    : resultOf(node, run, tcpPort === undefined ? PING : PERL)

type Result = Pick<
  PingSeen,
  'sent' | 'received' | 'duplicates' | 'isFirstLost' | 'refused' | 'complaint' | 'blind'
>

const NO_NAMESPACE = /^Cannot open network namespace/

const COMPLAINT_MAX = 200

const SUM = /^(\d{1,9}) packets transmitted, (\d{1,9}) (?:packets )?received\b(?:, \+(\d{1,9}) duplicates)?/

/** Reads ping's own summary (ping(8)); without one, a known error of the network is a result as well. */
export function resultOf(node: string, run: PingRun | undefined, program = PING): Result {
  for (const line of run?.lines ?? []) {
    const found = SUM.exec(line)
    if (found)
      return {
        sent: Number(found[1]),
        received: Number(found[2]),
        ...(found[3] !== undefined && { duplicates: Number(found[3]) }),
        ...firstLostIn(run?.lines ?? []),
        ...refusedIn(run?.lines ?? []),
      }
  }
  const said = (run?.lines.filter(line => line.trim() !== '').at(-1) ?? '')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, COMPLAINT_MAX)
  const isOfNetwork = run && run.code < NOT_OF_PROGRAM && NETWORK_ERRORS.test(said)
  // ip itself ends with 255 then.
  if (isOfNetwork || NO_NAMESPACE.test(said)) return { sent: 0, received: 0, complaint: said }
  return { sent: 0, received: 0, blind: blindFrom(whyNone(node, program, run?.code, said)) }
}

/** Told where ping was to name each answer (ping(8), icmp_seq). */
function firstLostIn(lines: string[]): Pick<PingSeen, 'isFirstLost'> {
  const answered = lines.flatMap(line => /\bicmp_seq=(\d+)\b.*\btime=/.exec(line)?.[1] ?? [])
  return answered.length > 0 && !answered.includes('1') ? { isFirstLost: true } : {}
}

/** What connect.ts tells beside the sum. */
function refusedIn(lines: string[]): Pick<PingSeen, 'refused'> {
  const refused = lines.map(line => /^(\d{1,9}) refused$/.exec(line)?.[1]).find(Boolean)
  return refused === undefined ? {} : { refused: Number(refused) }
}

/**
 * Whether a ping tells of the past, or of a moment, and is to be made once more: OVN may still be at work, a neighbour asked
 * for while the path was broken stays INCOMPLETE for three seconds (arp(7), mcast_solicit), and one burst that lost some
 * packets does not yet make a lossy network. One that was not made yet tells nothing at all.
 */
export const isDoubtful = ({ sent, received, variants, isFirstLost, complaint, blind }: PingSeen): boolean =>
  complaint === undefined &&
  blind === undefined &&
  (sent === 0 ||
    isFirstLost === true ||
    (variants ? variants.some(({ isLost }) => isLost) : isLossy({ sent, received })))

/**
 * Whether a ping was over before all of it was sent: answers took long, or the machine is slow, and so few say nothing of a
 * network that loses some.
 */
export const isCut = ({ sent, tcpPort, isLargest, variants, complaint, blind }: PingSeen): boolean =>
  tcpPort === undefined &&
  variants === undefined &&
  complaint === undefined &&
  blind === undefined &&
  sent < (isLargest ? LARGEST_ECHOES : ECHOES)
