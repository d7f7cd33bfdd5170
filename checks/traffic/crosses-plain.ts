import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { HeardPacket, LogicalPortKeys, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { localnetTag } from '../locate/localnet-tag.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { exitPost } from './by-router.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { whyNotReached } from './reaches.ts'
import { captureIn, type Experiment, hasOwnMacs, probeOf } from './traffic.ts'
import { assertOnWire, isBothWays } from './wires.ts'

/**
 * The ping between two endpoints, question and answer, is on a node's physical link as it is: between their own addresses
 * and MACs, in no tunnel, without a tag.
 */
export async function crossesPlain(
  lab: Lab,
  experiment: Experiment,
  [from, to]: [Endpoint, Endpoint],
  node: string,
): Promise<void> {
  const link = experiment.physical
  const capture = await captureIn(lab, experiment, { node, link })
  const probe = await probeOf(lab, experiment, from, to.address)
  const { traffic, ping, route } = probe
  const post = exitPost(node, experiment)
  const isPlain = (packet: HeardPacket) =>
    packet.geneve === undefined && packet.vlan === undefined && hasOwnMacs(route, post, packet)
  const here = capture.heard.filter(({ token }) => token === ping.token)
  const expected = text(
    `ICMP echo request and reply between ${from.netns} and ${to.netns} on ${link}, without encapsulation`,
    `${link} 上看得到 ${from.netns} 和 ${to.netns} 之間未經封裝的 ICMP echo request 和 reply`,
  )
  if (isBothWays(capture, ping, isPlain)) {
    assertOnWire(traffic, { node, link }, ping, isPlain)
    return
  }
  assertNotDeaf(capture)
  const broken =
    (here.some(({ vlan }) => vlan !== undefined) ? await localnetTag(lab, route) : undefined) ??
    (await unlessBlind(whyNotReached(lab, probe)))
  const seen = list([...new Set(heardAnywhere(traffic, ping.token))])
  throw new Unmet({
    expected,
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -e -i ${link} icmp`),
    ...broken,
    saw: andThen(seen, broken?.saw),
  })
}

/** Everywhere a ping was heard, in the field's own notation. */
export const heardAnywhere = ({ captures }: Traffic, token: string): string[] =>
  captures.flatMap(seen =>
    'heard' in seen
      ? seen.heard
          .filter(packet => packet.token === token)
          .map(packet => inWords(packet, seen.node, seen.link))
      : [],
  )

function inWords({ icmp, vlan, geneve }: HeardPacket, node: string, link: string): string {
  const wrapped = geneve
    ? ` in Geneve ${geneve.outerSource} > ${geneve.outerDestination} vni ${geneve.vni}${portsIn(geneve.ports)}`
    : ''
  return `${icmp} @ ${node} ${link}${vlan === undefined ? '' : ` vlan ${vlan}`}${wrapped}`
}

const portsIn = (ports: LogicalPortKeys | undefined) =>
  ports ? ` ports ${ports.ingress} > ${ports.egress}` : ''
