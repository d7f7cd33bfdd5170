import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { chassisName, geneveIpsOf } from '../../harness/look/tunnel-ports.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { controllerPaused } from '../diagnosis/connection.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { exitPost } from './by-router.ts'
import { heardAnywhere } from './crosses-plain.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { whyNotReached } from './reaches.ts'
import { captureIn, type Experiment, hasOwnMacs, type Probe, probeOf } from './traffic.ts'
import { assertOnWire, isBothWays } from './wires.ts'

/**
 * The ping between two endpoints, question and answer, is on a node's underlay inside Geneve (RFC 8926), and the head says
 * what OVN means by it (ovn-architecture(7), "Tunnel Encapsulations"): the VNI is the tunnel_key of the receiver's switch,
 * the option bears those of the port it came into that switch by and of the port it goes to, and the outer packet runs
 * between the addresses at which the two chassis take Geneve. Where routers lie between the two, the sender's node has done
 * their work: the packet came in by the port that joins the receiver's switch to a router.
 */
export async function crossesTunnel(
  lab: Lab,
  experiment: Experiment,
  [from, to]: [Endpoint, Endpoint],
  node: string,
): Promise<void> {
  const link = experiment.underlay
  const capture = await captureIn(lab, experiment, { node, link })
  const probe = await probeOf(lab, experiment, from, to.address)
  const { traffic, ping, route } = probe
  const heads = await headsOf(lab, probe)
  const post = exitPost(node, experiment)
  const isRight = (packet: HeardPacket) => {
    const { geneve, vlan, source } = packet
    const head = source === route.from.address ? heads.request : heads.reply
    return (
      geneve?.ports !== undefined &&
      vlan === undefined &&
      geneve.vni === head.vni &&
      head.ingress.includes(geneve.ports.ingress) &&
      geneve.ports.egress === head.egress &&
      head.from.includes(geneve.outerSource) &&
      head.to.includes(geneve.outerDestination) &&
      hasOwnMacs(route, post, packet)
    )
  }
  if (isBothWays(capture, ping, isRight)) {
    assertOnWire(traffic, { node, link }, ping, isRight)
    return
  }
  assertNotDeaf(capture)
  const isOtherwise = capture.heard.some(({ token, geneve }) => token === ping.token && geneve !== undefined)
  const broken =
    (await unlessBlind(whyNotReached(lab, probe))) ??
    // What wraps packets by other numbers than the database has was told those before, and nothing since.
    (isOtherwise ? await firstOf([from.node, to.node], each => controllerPaused(lab, each)) : undefined)
  const { vni, ingress, egress, from: outer, to: other } = heads.request
  const wanted = `${outer.join('|')} > ${other.join('|')}, vni ${vni}, ports ${ingress.join('|')} > ${egress}`
  throw new Unmet({
    expected: text(
      `ICMP echo request and reply between ${from.netns} and ${to.netns} on ${link} in Geneve; the request: ${wanted}`,
      `${link} 上看得到 ${from.netns} 和 ${to.netns} 之間的 ICMP echo request 和 reply 封裝在 Geneve 裡；request 是：${wanted}`,
    ),
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -v -i ${link} udp port 6081`),
    ...broken,
    saw: andThen(list([...new Set(heardAnywhere(traffic, ping.token))]), broken?.saw),
  })
}

/** What the head of a packet in the tunnel must say; of several routers, any may have brought it. */
interface Head {
  vni: number
  ingress: number[]
  egress: number
  from: string[]
  to: string[]
}

/** What the southbound database says of it (ovn-sb(5), tunnel_key). What it does not have is 0, which nothing bears. */
async function headsOf(lab: Lab, { route }: Probe): Promise<{ request: Head; reply: Head }> {
  const { routed } = route
  const southbound = await lab.southbound()
  const bindingOf = (name: string | undefined) =>
    southbound.bindings.find(({ logical_port }) => logical_port === name)
  const [one, other] = await Promise.all(
    [
      { end: route.from, side: routed?.from },
      { end: route.to, side: routed?.to },
    ].map(async ({ end, side }) => ({
      binding: bindingOf(end?.logicalPort),
      joints: side?.joints.map(({ peer }) => bindingOf(peer.name)?.tunnel_key ?? 0),
      ips: end ? geneveIpsOf(southbound, chassisName(await lab.ovs(end.node))) : [],
    })),
  )
  const head = (from: typeof one, to: typeof one): Head => ({
    vni: southbound.datapaths.find(({ _uuid }) => _uuid === to!.binding?.datapath)?.tunnel_key ?? 0,
    ingress: to!.joints ?? [from!.binding?.tunnel_key ?? 0],
    egress: to!.binding?.tunnel_key ?? 0,
    from: from!.ips,
    to: to!.ips,
  })
  return { request: head(one, other), reply: head(other, one) }
}
