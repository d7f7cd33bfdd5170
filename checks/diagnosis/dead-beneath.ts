import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import {
  integrationBridgeName,
  isKernelLink,
  type Plug,
  plugs,
} from '../../harness/look/integration-bridge.ts'
import type { KernelFacts, Link } from '../../harness/look/kernel.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { notPhysical } from './physical-link.ts'

/**
 * The link by which a node is in the subnet of an address is down or leads nowhere, or, where that link stands upon others (a
 * bridge, a bond, a VLAN), all of those do, or there is none. Undefined where one of them may live, and where the node is not in
 * that subnet.
 */
export async function deadBeneath(lab: Lab, node: string, to: string): Promise<BrokenLink | undefined> {
  const [facts, ovs] = await Promise.all([unlessBlind(lab.kernel(node)), unlessBlind(lab.ovs(node))])
  const own = facts?.links.find(({ addresses }) =>
    addresses.some(one => one.family === 'inet' && isInPrefix(to, `${one.address}/${one.prefixLength}`)),
  )
  if (!facts || !own) return undefined
  if (!own.isUp) return carriesNothing(node, own)
  const all = ovs ? plugs(ovs) : []
  const bridge = all.find(({ iface }) => iface.name === own.name && iface.type === 'internal')?.bridge
  const ports = all.filter(plug => plug.bridge === bridge && plug.iface.type !== 'internal')
  // Patch ports and those of other kinds lead on in ways that the kernel does not show.
  if (ports.some(({ iface }) => iface.type !== '' && iface.error.length === 0)) return undefined
  const beneath = facts.links.filter(
    link =>
      link.master === own.name ||
      (link.index === own.lowerIndex && own.peerNetnsId === undefined) ||
      ports.some(({ iface }) => iface.name === link.name),
  )
  const unused = ports.filter(({ iface }) => iface.error.length > 0)
  if (beneath.some(link => isAlive(link) && !unused.some(({ iface }) => iface.name === link.name)))
    return undefined
  if (unused[0]) return cannotUse(node, unused[0], own)
  const [dead = own] = beneath
  return bridge && dead === own
    ? leadsNowhere(node, own.name, ovs && strayIn(ovs, all, facts))
    : isAlive(dead)
      ? undefined
      : carriesNothing(node, dead, own)
}

const isAlive = ({ isUp, hasCarrier }: Link): boolean => isUp && hasCarrier

function carriesNothing(node: string, { name, isUp }: Link, own?: Link): BrokenLink {
  const state = isUp
    ? text('has no carrier (the other end is not connected)', '沒有 carrier（另一端沒有接上）')
    : text('is down', '沒有啟用（DOWN）')
  const alone =
    own && own.name !== name
      ? text(`, and nothing else leads out of ${own.name}`, `，而 ${own.name} 沒有別的出路`)
      : text('', '')
  return {
    where: `${node} · ${name}`,
    saw: text(
      `${name} of ${node} ${state.en}${alone.en}`,
      `${node} 的 ${name} ${state['zh-TW']}${alone['zh-TW']}`,
    ),
    tryThis: on(node, `ip link show ${name}`),
    cause: 'underlay-down',
  }
}

/** Open vSwitch has the port in its database, but could not take the interface (ovs-vswitchd.conf.db(5), Interface, error). */
const cannotUse = (node: string, { iface }: Plug, own: Link): BrokenLink => ({
  where: `${node} · Open_vSwitch · Interface · error`,
  saw: text(
    `Open vSwitch on ${node} cannot use ${iface.name}, and nothing else leads out of ${own.name}: ${iface.error[0]}`,
    `${node} 的 Open vSwitch 無法使用 ${iface.name}，而 ${own.name} 裡沒有其他通往外面的介面：${iface.error[0]}`,
  ),
  row: `Interface ${iface.name}`,
  tryThis: on(
    node,
    `sudo ovs-vsctl list Interface ${iface.name}; sudo tail /var/log/openvswitch/ovs-vswitchd.log`,
  ),
  cause: 'underlay-unusable',
})

/** `stray`: a link that leads out of the machine, but is in the integration bridge, where nothing of the node's own leaves. */
function leadsNowhere(node: string, bridge: string, stray: Plug | undefined): BrokenLink {
  const instead = stray
    ? text(
        `; ${stray.iface.name} is in ${stray.bridge.name}, where OVN drops what comes from it`,
        `；${stray.iface.name} 在 ${stray.bridge.name} 裡，OVN 會丟棄從它進來的封包`,
      )
    : text('', '')
  return {
    where: `${node} · Open_vSwitch · Bridge · ports`,
    saw: text(
      `${bridge} of ${node} has the address, but no interface that leads out of ${node} is in it${instead.en}`,
      `${node} 的 ${bridge} 有位址，但裡面沒有通往 ${node} 外面的介面${instead['zh-TW']}`,
    ),
    row: `Bridge ${bridge}`,
    tryThis: on(node, 'sudo ovs-vsctl show'),
    cause: 'underlay-unplugged',
  }
}

/** A link of the machine that is in the integration bridge without the name of any port. */
const strayIn = (ovs: OvsDatabase, all: Plug[], facts: KernelFacts): Plug | undefined =>
  all.find(({ bridge, iface }) => {
    const link = facts.links.find(({ name }) => name === iface.name)
    const isUnnamed =
      bridge.name === integrationBridgeName(ovs) && iface.external_ids['iface-id'] === undefined
    return isUnnamed && isKernelLink(iface) && link && !notPhysical(link, facts)
  })
