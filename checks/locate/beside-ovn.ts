import { text } from '../../harness/core/text.ts'
import { integrationBridgeName, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { vlanOf } from '../diagnosis/bridge-vlan.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on, quoted } from '../nouns/phrases.ts'
import { joinedTo } from '../route/exits.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'

/**
 * What keeps two ends apart that are in bridges of Open vSwitch beside OVN, as the rows of a node tell it: their ports are of different
 * VLANs, a patch port on the way leads nowhere, or a port does not pass their VLAN (ovs-vswitchd.conf.db(5), Port).
 */
export async function apartBesideOvn(
  lab: Lab,
  { from, to, posts }: Route,
  node: string,
): Promise<BrokenLink | undefined> {
  if (!to) return undefined
  const [one, other] = await Promise.all([portOf(lab, from), portOf(lab, to)])
  if (!one || !other) return undefined
  const vlan = vlanOf(one)
  if (vlan !== vlanOf(other))
    return {
      where: `${to.node} · Open_vSwitch · Port · tag`,
      saw: text(
        `${one.port.name} of ${one.bridge.name} is in VLAN ${inWords(vlan).en}, and ${other.port.name} of ${other.bridge.name} in VLAN ${inWords(vlanOf(other)).en}`,
        `${one.bridge.name} 的 ${one.port.name} 在 VLAN ${inWords(vlan)['zh-TW']}，${other.bridge.name} 的 ${other.port.name} 在 VLAN ${inWords(vlanOf(other))['zh-TW']}`,
      ),
      tryThis: on(to.node, `sudo ovs-vsctl list Port ${other.port.name}`),
      cause: 'bridge-port-vlan',
    }
  const ovs = await lab.ovs(node)
  const own = from.node === node ? one : other
  const joined = joinedTo(ovs, own.bridge.name)
  const links = posts.filter(post => post.node === node).flatMap(post => post.links)
  const all = plugs(ovs)
  const near = all.filter(
    ({ bridge, iface }) => joined.has(bridge.name) && (iface.type === 'patch' || links.includes(iface.name)),
  )
  const narrow = near.find(
    ({ port, iface }) =>
      iface.name !== own.iface.name &&
      iface.name !== one.iface.name &&
      port.trunks.length > 0 &&
      !port.trunks.includes(vlan),
  )
  if (narrow)
    return {
      where: `${node} · Open_vSwitch · Port · trunks`,
      saw: text(
        `port ${narrow.port.name} of ${narrow.bridge.name} has trunks = [${narrow.port.trunks.join(', ')}], so it does not pass VLAN ${inWords(vlan).en}, in which ${own.port.name} is`,
        `${narrow.bridge.name} 的 port ${narrow.port.name} 的 trunks = [${narrow.port.trunks.join(', ')}]，所以不放行 ${own.port.name} 所在的 VLAN ${inWords(vlan)['zh-TW']}`,
      ),
      tryThis: on(node, `sudo ovs-vsctl list Port ${narrow.port.name}`),
      cause: 'bridge-port-vlan',
    }
  // A path that leaves the node, and comes to no link that leads out of it.
  const isStuck =
    from.node !== to.node &&
    !near.some(({ iface }) => iface.type !== 'patch' && iface.name !== own.iface.name)
  const open = isStuck
    ? near.find(
        ({ bridge, iface }) =>
          iface.type === 'patch' &&
          bridge.name !== integrationBridgeName(ovs) &&
          !all.some(peer => peer.iface.name === iface.options.peer && peer.iface.options.peer === iface.name),
      )
    : undefined
  return (
    open && {
      where: `${node} · Open_vSwitch · Interface · options:peer`,
      saw: text(
        `patch port ${open.iface.name} of ${open.bridge.name} has peer = ${quoted(open.iface.options.peer)}, and no patch port of that name has it as its peer`,
        `${open.bridge.name} 的 patch port ${open.iface.name} 的 peer = ${quoted(open.iface.options.peer)}，但沒有同名的 patch port 以它為 peer`,
      ),
      tryThis: on(node, `sudo ovs-vsctl --columns=name,options list Interface ${open.iface.name}`),
    }
  )
}

async function portOf(lab: Lab, { node, row, plug }: End): Promise<Plug | undefined> {
  const name = row ?? plug
  return plugs(await lab.ovs(node)).find(({ iface }) => iface.name === name)
}

const inWords = (vlan: number) => (vlan === 0 ? text('0 (none)', '0（無）') : text(`${vlan}`, `${vlan}`))
