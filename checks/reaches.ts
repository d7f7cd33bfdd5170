import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { same, text } from '../harness/say/text.ts'
import type { Endpoint } from './endpoint.ts'
import { on } from './phrases.ts'
import { type Experiment, pingIn } from './traffic.ts'

/** The endpoint pings the address and is answered. */
export async function reaches(lab: Lab, experiment: Experiment, from: Endpoint, to: string): Promise<void> {
  const ping = pingIn(await lab.traffic(experiment), from, to)
  if (ping.received > 0) return
  throw new Unmet({
    expected: text(`${to} answers the ping from ${from.netns}`, `${from.netns} ping ${to} 有回應`),
    saw: ping.complaint
      ? same(ping.complaint)
      : text(
          `${ping.sent} sent, ${ping.received} answered`,
          `送出 ${ping.sent} 個，收到 ${ping.received} 個回應`,
        ),
    where: `${from.node} · netns ${from.netns}`,
    tryThis: on(from.node, `sudo ip netns exec ${from.netns} ping -c 1 ${to}`),
  })
}
