import type { Capture } from '../capture/capture.ts'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { PingSeen } from '../look/evidence.ts'
import { blindFrom } from '../look/recording.ts'
import { isDoubtful } from './ping.ts'

/** Who answers on a lab does so within milliseconds; an answer that takes longer than this may come when ping has given up. */
const LATE_MS = 300

type Ear = Pick<Capture, 'node'> & { heard: Pick<Capture['heard'], 'packets' | 'slowestMs'> }

/**
 * How long after its question the slowest answer of a ping was heard on the node that asks, in ms, where ping missed answers and
 * some came that late: they are late, and not lost. Undefined where it missed none, or those that came were in time.
 */
export function lateMs(ping: PingSeen, captures: Ear[], leastMs = LATE_MS): number | undefined {
  if (!isDoubtful(ping)) return undefined
  for (const { node, heard } of captures) {
    if (node !== ping.from.node) continue
    const answers = answersIn(heard, ping)
    const afterMs = heard.slowestMs(ping.token)
    if (afterMs !== undefined && afterMs >= leastMs && answers > ping.received + 1) return afterMs
  }
  return undefined
}

const answersIn = ({ packets }: Ear['heard'], ping: PingSeen): number =>
  packets
    .filter(({ token, icmp }) => token === ping.token && icmp === 'echo-reply')
    .reduce((most, { count }) => Math.max(most, count), 0)

/**
 * Whether a ping is to be made with patience: its answers were late, or more of them came to its node than the some that it counted.
 * On a machine that is busy ping may be ended before it has read what lies ready for it.
 */
export const isShort = (ping: PingSeen, captures: Ear[]): boolean =>
  lateMs(ping, captures) !== undefined ||
  (ping.received > 0 &&
    isDoubtful(ping) &&
    captures.some(({ node, heard }) => node === ping.from.node && answersIn(heard, ping) > ping.received))

/** After that, a ping may have given up before the answer to its last question. */
const GIVEN_UP_MS = 500

/** A ping whose answers came when it had given up: what it counted says nothing. */
export function asLate(ping: PingSeen, captures: Ear[]): PingSeen {
  const afterMs = lateMs(ping, captures, GIVEN_UP_MS)
  if (afterMs === undefined) return ping
  const { node, netns } = ping.from
  const seconds = (afterMs / 1_000).toFixed(1)
  const late = new CannotLook(
    text(
      `the answers to ${netns ?? node} came up to ${seconds} s after the questions, when ping had given up: they are late, and not lost`,
      `給 ${netns ?? node} 的回應在詢問之後最久 ${seconds} 秒才到，那時 ping 已經不再等待：是太晚，不是遺失`,
    ),
    { where: netns === undefined ? node : `${node} · netns ${netns}`, help: `uptime   # on ${node}` },
  )
  return { ...ping, blind: blindFrom(late) }
}
