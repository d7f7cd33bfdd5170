import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { same, text } from '../harness/say/text.ts'
import { pathTo, type Way } from './diagnosis/path.ts'
import { whoElseAnswers, whyNotReached } from './diagnosis/why-not.ts'
import type { Endpoint } from './endpoint.ts'
import { andThen, on } from './phrases.ts'
import { type Experiment, pingIn } from './traffic.ts'

/**
 * The endpoint pings the address and is answered, and nobody else can answer for it. Where a way is told, the first
 * broken link on it is named.
 */
export async function reaches(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
  way?: Way,
): Promise<void> {
  const traffic = await lab.traffic(experiment)
  const ping = pingIn(traffic, from, to)
  const path = way && pathTo(way, from, to)
  const isAnswered = ping.received > 0
  const twin = isAnswered && path ? await whoElseAnswers(lab, path) : undefined
  if (isAnswered && !twin) return
  const broken = twin ?? (path && (await whyNotReached(lab, path)))
  const counted = ping.complaint
    ? same(ping.complaint)
    : text(
        `${ping.sent} sent, ${ping.received} answered`,
        `送出 ${ping.sent} 個，收到 ${ping.received} 個回應`,
      )
  throw new Unmet({
    expected: text(`${to} answers the ping from ${from.netns}`, `${from.netns} ping ${to} 有回應`),
    where: `${from.node} · netns ${from.netns}`,
    tryThis: on(from.node, `sudo ip netns exec ${from.netns} ping -c 1 ${to}`),
    ...broken,
    saw: andThen(counted, broken?.saw),
  })
}
