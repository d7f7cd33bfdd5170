import { CannotLook } from '../harness/judge/errors.ts'
import type { CaptureHeard, PingSeen, Traffic, TrafficRequest } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import { cannotLook } from '../harness/look/recording.ts'
import { text } from '../harness/say/text.ts'
import type { Endpoint } from './endpoint.ts'

/** One experiment of a lesson: who pings whom, and on which links it is listened meanwhile. */
export type Experiment = Omit<TrafficRequest, 'look'>

/** The ping from an endpoint to an address in an experiment's outcome. The lesson must have asked for it. */
export function pingIn({ pings }: Traffic, from: Endpoint, to: string): PingSeen {
  const found = pings.find(
    ping => ping.from.node === from.node && ping.from.netns === from.netns && ping.to === to,
  )
  if (!found) throw new TypeError(`The experiment has no ping from ${from.netns} to ${to}`)
  return found
}

/** What a capture heard; CannotLook where it could not listen or lost packets: then it proves nothing. */
export async function captureIn(
  lab: Lab,
  experiment: Experiment,
  node: string,
  link: string,
): Promise<CaptureHeard> {
  const { captures } = await lab.traffic(experiment)
  const capture = captures.find(seen => seen.node === node && seen.link === link)
  if (!capture) throw new TypeError(`The experiment does not listen on ${node} ${link}`)
  if ('blind' in capture) throw cannotLook(capture.blind)
  return capture
}

/** A capture that heard nothing proves an absence only when it is known not to have been deaf. */
export function assertNotDeaf({ node, link, heardMarker, droppedByKernel }: CaptureHeard): void {
  const where = `${node} · ${link}`
  if (heardMarker === false)
    throw new CannotLook(
      text(
        `the capture on ${link} did not hear the marker packet sent to it, so its silence proves nothing`,
        `在 ${link} 上擷取封包時，沒有收到用來確認的標記封包，所以「沒看到」並不能證明什麼`,
      ),
      { where, help: `ip -br link show ${link}` },
    )
  if (droppedByKernel > 0)
    throw new CannotLook(
      text(
        `the capture on ${link} lost ${droppedByKernel} packets (dropped by kernel)`,
        `在 ${link} 上擷取封包時漏掉了 ${droppedByKernel} 個封包（dropped by kernel）`,
      ),
      { where },
    )
}
