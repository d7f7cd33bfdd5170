import { SAMPLE } from '../../harness/capture/frame-words.ts'
import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { CaptureHeard, PingSeen, Traffic, WireOf } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { whyNotReached } from './reaches.ts'
import { captureIn, type Experiment, type OutwardTold, type Probe, probeOf, trafficOf } from './traffic.ts'
import { keptFromOthers } from './whoever.ts'
import { wireIn } from './wires.ts'

/** The endpoint's pings to an address outside, where they leave OVN, bear the address of its NAT and no other; so do the answers. */
export async function outsideSees(
  lab: Lab,
  experiment: Experiment,
  outward: OutwardTold,
  from: Endpoint,
  to: string,
): Promise<void> {
  const { node } = outward.outer
  const link = experiment.physical
  const probe = await probeOf(lab, experiment, from, to)
  const { ping, route, traffic } = probe
  const own = route.outward?.translated ?? ''
  const captures = await capturesOf(lab, experiment, traffic, { node, link })
  const wrong = captures.flatMap(seen => namesIn(seen, ping).filter(name => name !== own))
  const isSeen = captures.every(seen => namesIn(seen, ping).includes(own))
  if (wrong.length === 0 && isSeen && ping.received > 0) return
  if (wrong.length === 0) assertNotDeaf(captures[0])
  const broken = await unlessBlind(whyNotReached(lab, probe))
  throw new Unmet({
    expected: text(
      `on ${link} of ${node}, every packet of this ping bears ${own} in place of ${from.address}`,
      `在 ${node} 的 ${link} 上，這個 ping 的每個封包都是 ${own}，而不是 ${from.address}`,
    ),
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -i ${link} icmp`),
    ...broken,
    saw: andThen(addressesSeen(captures, ping), broken?.saw),
  })
}

/** What was heard on a node's link, by the node itself and then, where a lab has wires, at the other end. */
async function capturesOf(
  lab: Lab,
  experiment: Experiment,
  traffic: Traffic,
  at: { node: string; link: string },
): Promise<[CaptureHeard, ...CaptureHeard[]]> {
  const own = await captureIn(lab, experiment, at)
  const wire = wireIn(traffic, at)
  return wire ? [own, wire] : [own]
}

/** Under which addresses who asked is known there. */
const namesIn = ({ heard }: CaptureHeard, { token }: PingSeen): string[] =>
  heard
    .filter(packet => packet.token === token)
    .map(({ icmp, source, destination }) => (icmp === 'echo-request' ? source : destination))

const addressesSeen = (captures: CaptureHeard[], ping: PingSeen) => {
  const names = list([...new Set(captures.flatMap(seen => namesIn(seen, ping)))])
  return text(`it is seen as: ${names.en}`, `看到的位址：${names['zh-TW']}`)
}

/**
 * Somebody outside pings the floating address and is answered by the endpoint, under that address; as far as can be told, so would
 * be whoever else is on that network.
 */
export async function outsideReaches(
  lab: Lab,
  experiment: Experiment,
  floating: string,
  to: Endpoint,
): Promise<void> {
  const probe = await askedFromOutside(lab, experiment, floating)
  const network = lab.topology.links[experiment.physical ?? '']?.subnet
  const broken =
    (await whyNotReached(lab, probe)) ??
    (network === undefined ? undefined : await keptFromOthers(lab, probe, network))
  if (!broken) return
  const { sent, received } = probe.ping
  throw new Unmet({
    expected: text(
      `${to.netns} answers who pings ${floating} from outside`,
      `從外面 ping ${floating}，由 ${to.netns} 回應`,
    ),
    ...broken,
    saw: andThen(
      text(`${sent} sent, ${received} answered`, `送出 ${sent} 個，收到 ${received} 個回應`),
      broken.saw,
    ),
  })
}

/** The answers to who asks for the floating address bear it, and nothing else, where they leave OVN. */
export async function answersAs(
  lab: Lab,
  experiment: Experiment,
  outward: OutwardTold,
  floating: string,
): Promise<void> {
  const { node } = outward.outer
  const link = experiment.physical
  const probe = await askedFromOutside(lab, experiment, floating)
  const { ping, traffic } = probe
  const captures = await capturesOf(lab, experiment, traffic, { node, link })
  const answers = captures.map(({ heard: all }) =>
    all.filter(({ token, icmp }) => token === ping.token && icmp === 'echo-reply'),
  )
  if (answers.every(all => all.length > 0 && all.every(({ source }) => source === floating))) return
  if (answers.every(all => all.every(({ source }) => source === floating))) assertNotDeaf(captures[0])
  const broken = await unlessBlind(whyNotReached(lab, probe))
  const names = list([...new Set(answers.flat().map(({ source }) => source))])
  throw new Unmet({
    expected: text(
      `on ${link} of ${node}, the answers come from ${floating}`,
      `在 ${node} 的 ${link} 上，回應的來源是 ${floating}`,
    ),
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -i ${link} icmp`),
    ...broken,
    saw: andThen(text(`answers from: ${names.en}`, `回應的來源：${names['zh-TW']}`), broken?.saw),
  })
}

/** The ping to the floating address; CannotLook where nobody outside can be asked to make one. */
async function askedFromOutside(lab: Lab, experiment: Experiment, floating: string): Promise<Probe> {
  const asker = experiment.outsider
  if (asker && lab.wires) return probeOf(lab, experiment, asker, floating)
  throw new CannotLook(
    text(
      `no machine outside of this lab can be told to ping ${floating}`,
      `沒有辦法從這個實驗環境以外的機器 ping ${floating}`,
    ),
    { where: floating, help: `ping ${floating}` },
  )
}

/** Of the pings from and to outside, no node but the router's own sends anything out to the physical network, in whatever form. */
export async function leavesOnlyBy(lab: Lab, experiment: Experiment, outward: OutwardTold): Promise<void> {
  const { node } = outward.outer
  const link = experiment.physical
  const traffic = await trafficOf(lab, experiment)
  const others = traffic.captures.flatMap(seen => {
    const at = seen.wireOf ?? seen
    if ('blind' in seen || seen.netns !== undefined || at.link !== link || at.node === node) return []
    const sent = seen.heard.filter(isSentThere)
    const told = seen.arps.filter(
      arp => isSentThere(arp) && [outward.outer.address, ...outward.external].includes(arp.source),
    )
    const hidden = seen.otherwise.filter(one => isSentThere(one) && !one.how.startsWith(`${SAMPLE} `))
    const words = [...sent, ...told].map(({ source, destination }) => `${source} > ${destination}`)
    return [...words, ...hidden.map(({ how }) => how)].map(said => ({ at, said }))
  })
  const own = await captureIn(lab, experiment, { node, link })
  const [other] = others
  if (!other) {
    const besides = experiment.endpoints.filter(one => one.node !== node)
    for (const beside of besides) await assertSilent(lab, experiment, { node: beside.node, link })
    if (own.heard.length > 0) return
    assertNotDeaf(own)
  }
  throw new Unmet({
    expected: text(
      `packets of the router leave by ${link} of ${node}, and of no other node`,
      `router 的封包從 ${node} 的 ${link} 出去，不從其他節點出去`,
    ),
    saw: other
      ? text(
          `${other.at.node} sent ${other.said} out by ${link}`,
          `${other.at.node} 從 ${link} 送出了 ${other.said}`,
        )
      : text(`none on ${link} of ${node}`, `${node} 的 ${link} 上沒有這些封包`),
    where: `${other?.at.node ?? node} · ${link}`,
    tryThis: on(other?.at.node ?? node, `sudo tcpdump -n -e -Q out -i ${link}`),
  })
}

/**
 * Where nobody could listen, nothing can be said of what a node sends: neither by a capture on its link nor at the other end of the
 * wire, and the link would carry it. CannotLook then.
 */
async function assertSilent(lab: Lab, experiment: Experiment, at: WireOf): Promise<void> {
  const { links } = await lab.kernel(at.node)
  const own = links.find(({ name }) => name === at.link)
  if (!own?.isUp || !own.hasCarrier || wireIn(await trafficOf(lab, experiment), at)) return
  const capture = await captureIn(lab, experiment, at)
  assertNotDeaf(capture)
  if ([...capture.heard, ...capture.arps].every(({ incoming }) => incoming !== undefined)) return
  throw new CannotLook(
    text(
      `what comes in by ${at.link} of ${at.node} could not be told from what goes out`,
      `無法分辨 ${at.node} 的 ${at.link} 上，哪些封包是進來的、哪些是出去的`,
    ),
    { where: `${at.node} · ${at.link}` },
  )
}

/** Some of them did not come in there: the node has sent them. */
const isSentThere = ({ incoming, count }: { incoming?: number; count: number }) =>
  incoming !== undefined && incoming < count
