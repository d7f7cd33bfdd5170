import { CannotLook, Unmet } from '../harness/judge/errors.ts'
import type { HeardPacket, Traffic } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { pathTo, type Way } from './diagnosis/path.ts'
import { whyNotPlain } from './diagnosis/why-not.ts'
import type { Endpoint } from './endpoint.ts'
import { andThen, list, on } from './phrases.ts'
import { assertNotDeaf, captureIn, type Experiment, pingIn } from './traffic.ts'

const isPlain = ({ geneve, vlan }: HeardPacket) => geneve === undefined && vlan === undefined

/**
 * The ping between two endpoints, question and answer, is on a node's physical link as it is: no tunnel, no tag.
 * Not hearing it counts against the learner only where it was heard to take another way, or the capture heard
 * something else. Heard plain on the same link of another node, it was on its way here: then it is we who were deaf.
 */
export async function crossesPlain(
  lab: Lab,
  experiment: Experiment,
  [from, to]: [Endpoint, Endpoint],
  node: string,
  link: string,
  way?: Way,
): Promise<void> {
  const capture = await captureIn(lab, experiment, node, link)
  const traffic = await lab.traffic(experiment)
  const { token } = pingIn(traffic, from, to.address)
  const here = capture.heard.filter(packet => packet.token === token)
  const plain = here.filter(isPlain).map(packet => packet.icmp)
  if (plain.includes('echo-request') && plain.includes('echo-reply')) return

  assertNotDeaf(capture)
  const elsewhere = heardElsewhere(traffic, token, node, link)
  const tookAnotherWay = traffic.captures.some(
    other =>
      'heard' in other && other.heard.some(p => p.token === token && !(other.link === link && isPlain(p))),
  )
  if (here.length === 0 && !tookAnotherWay && capture.packetsTotal === 0)
    throw new CannotLook(
      text(
        `the capture on ${link} heard nothing at all, so it may have been deaf`,
        `在 ${link} 上完全沒有擷取到封包，無法確定擷取本身是否正常`,
      ),
      { where: `${node} · ${link}`, help: `ip -br link show ${link}` },
    )
  const seen = list([...new Set([...here.map(packet => inWords(packet, node, link)), ...elsewhere])])
  const broken = way && (await whyNotPlain(lab, pathTo(way, from, to.address)))
  throw new Unmet({
    expected: text(
      `ICMP echo request and reply between ${from.netns} and ${to.netns}, plain, on ${link}`,
      `${link} 上看得到 ${from.netns} 和 ${to.netns} 之間未經封裝的 ICMP echo request 和 reply`,
    ),
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -e -i ${link} icmp`),
    ...broken,
    saw: andThen(seen, broken?.saw),
  })
}

const heardElsewhere = ({ captures }: Traffic, token: string, node: string, link: string): string[] =>
  captures.flatMap(other =>
    'heard' in other && !(other.node === node && other.link === link)
      ? other.heard.filter(packet => packet.token === token).map(p => inWords(p, other.node, other.link))
      : [],
  )

/** A packet and where it was heard, in the field's own notation. */
function inWords({ icmp, vlan, geneve }: HeardPacket, node: string, link: string): string {
  const wrapped = geneve
    ? ` in Geneve ${geneve.outerSource} > ${geneve.outerDestination} vni ${geneve.vni}`
    : ''
  return `${icmp} @ ${node} ${link}${vlan === undefined ? '' : ` vlan ${vlan}`}${wrapped}`
}
