import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { notInBridge } from '../diagnosis/in-bridge.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { cableOf } from '../nouns/linux-bridge.ts'
import { inside, list, on } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import { isPlugged } from '../route/end.ts'
import { inLinuxBridge, shareOneLinuxBridge } from '../state/linux-bridged.ts'
import { carriedOn } from './no-tunnel.ts'
import { reachEachOther, reaches } from './reaches.ts'
import { type Experiment, onBridges } from './traffic.ts'

/** The endpoint reaches the other one through the Linux bridge that holds both: each packet is heard in the bridge itself. */
export async function reachesByBridge(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: Endpoint,
): Promise<void> {
  await inLinuxBridge(lab, from)
  await inLinuxBridge(lab, to)
  await shareOneLinuxBridge(lab, [from, to])
  await reaches(lab, { ...experiment, isBridged: true }, from, to.address)
}

/**
 * The Linux bridge carries what two endpoints send each other, and Open vSwitch none of it: it has neither of their plugs,
 * every packet is heard in the bridge, and nothing leads from there to Open vSwitch.
 */
export async function carriedByBridge(
  lab: Lab,
  experiment: Experiment,
  [one, other]: [Endpoint, Endpoint],
): Promise<void> {
  const plug = await firstOf([one, other], async endpoint =>
    firstOf(await plugsOf(lab, endpoint), async own =>
      // Of what a Linux bridge holds, the kernel's datapath has but the row.
      (await notInBridge(lab, one.node, own)) ? undefined : own,
    ),
  )
  if (plug) {
    const [name, bridge] = [plug.iface.name, plug.bridge.name]
    throw new Unmet({
      expected: text(
        `no bridge of Open vSwitch has the veth pair of ${one.netns} or ${other.netns}`,
        `Open vSwitch 的 bridge 裡沒有 ${one.netns} 或 ${other.netns} 的 veth`,
      ),
      saw: text(`${name} is in ${bridge}`, `${name} 在 ${bridge} 裡`),
      where: `${one.node} · Open_vSwitch · Bridge · ports`,
      tryThis: on(one.node, 'sudo ovs-vsctl show'),
    })
  }
  const joined = await joinedToOvs(lab, one)
  if (joined) throw new Unmet(joined)
  await reachesByBridge(lab, experiment, one, other)
  await reachesByBridge(lab, experiment, other, one)
}

/** A port of Open vSwitch that is the bridge itself, one of its other links, or the other end of one: what the bridge floods comes in there. */
async function joinedToOvs(lab: Lab, endpoint: Endpoint) {
  const { node } = endpoint
  const [{ bridge }, facts, ovs] = await Promise.all([
    cableOf(lab, endpoint),
    lab.kernel(node),
    lab.ovs(node),
  ])
  if (!bridge) return undefined
  const held = facts.links.filter(({ name, master }) => [name, master].includes(bridge.name))
  const plug = await firstOf(
    plugs(ovs).filter(own => held.some(link => isPlugged(link, facts, [own]))),
    // Of what a Linux bridge holds, the kernel's datapath has but the row.
    async own => ((await notInBridge(lab, node, own)) ? undefined : own),
  )
  return (
    plug && {
      expected: text(
        `${bridge.name} is connected to no bridge of Open vSwitch`,
        `${bridge.name} 沒有和 Open vSwitch 的 bridge 相連`,
      ),
      saw:
        plug.iface.name === bridge.name
          ? text(
              `${bridge.name} itself is a port of ${plug.bridge.name}`,
              `${bridge.name} 本身就是 ${plug.bridge.name} 的 port`,
            )
          : text(
              `${plug.iface.name} connects ${bridge.name} to ${plug.bridge.name}`,
              `${plug.iface.name} 把 ${bridge.name} 接到 ${plug.bridge.name}`,
            ),
      where: `${node} · Open_vSwitch · Bridge · ports`,
      tryThis: on(node, 'sudo ovs-vsctl show; bridge link show'),
    }
  )
}

/**
 * OVN carries what two endpoints of one node send each other, and no Linux bridge there has any of it. That its flows and its
 * datapath carried it is what `reaches` asks; that no bridge did is proven by captures that heard their markers.
 */
export async function carriedByOvn(
  lab: Lab,
  experiment: Experiment,
  [one, other]: [Endpoint, Endpoint],
): Promise<void> {
  // A bridge that has the address of an end, inside its namespace, is that end: what it hears is what the end sends and takes.
  const own = await Promise.all([one, other].map(async end => [end.netns, (await linkOf(lab, end))?.name]))
  for (const at of await onBridges(lab, [one.node])) {
    const { node, link, netns } = at
    if (own.some(([within, name]) => within === netns && name === link)) continue
    const seen = await carriedOn(lab, experiment, [one, other], at)
    if (seen.length === 0) continue
    throw new Unmet({
      expected: text(
        `in no Linux bridge of ${node}, there are pings between ${one.netns} and ${other.netns}`,
        `${node} 的 Linux bridge 裡都沒有 ${one.netns} 和 ${other.netns} 之間的 ping`,
      ),
      saw: list(seen),
      where: [node, ...(netns === undefined ? [] : [`netns ${netns}`]), link].join(' · '),
      tryThis: on(node, `sudo ${inside(at, `tcpdump -n -e -i ${link} icmp`)}`),
    })
  }
  await reachEachOther(lab, experiment, [one, other])
}
