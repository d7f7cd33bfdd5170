import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { chassisSetting, chassisSettingKey } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { isWrittenByHand } from '../../harness/look/stack.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { list, on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { between } from './underlay-route.ts'

/**
 * A node announces a tunnel address that none of its interfaces has: what the others send there gets nowhere (ovn-controller(8),
 * ovn-encap-ip). An address that it has in the same subnet instead is told. `only`: undefined unless it is this one.
 */
export async function encapAddressGone(
  lab: Lab,
  node: string,
  only?: string,
): Promise<BrokenLink | undefined> {
  const [ovs, facts] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.kernel(node))])
  const announced = ovs && chassisSetting(ovs, 'ovn-encap-ip')?.split(',')[0]?.trim()
  if (!announced || !facts || announced.includes(':') || (only ?? announced) !== announced) return undefined
  const all = facts.links.flatMap(link => link.addresses.map(address => ({ link, ...address })))
  if (all.some(({ address }) => address === announced)) return undefined
  const near = all.filter(({ address, prefixLength }) => isInPrefix(announced, `${address}/${prefixLength}`))
  const key = chassisSettingKey(ovs, 'ovn-encap-ip')
  const others = list(near.map(({ link, address }) => `${address} (${link.name})`))
  return {
    where: `${node} · ${announced}`,
    saw:
      near.length > 0
        ? text(
            `${key} of ${node} = ${announced}, but no interface of ${node} has this address; in its subnet there is ${others.en}`,
            `${node} 的 ${key} = ${announced}，但 ${node} 沒有任何介面有這個位址；同網段的有 ${others['zh-TW']}`,
          )
        : text(
            `${key} of ${node} = ${announced}, but no interface of ${node} has this address`,
            `${node} 的 ${key} = ${announced}，但 ${node} 沒有任何介面有這個位址`,
          ),
    tryThis: on(node, 'ip -br -4 address; sudo ovs-vsctl get Open_vSwitch . external_ids:ovn-encap-ip'),
  }
}

/**
 * Somebody wrote down for a peer's tunnel address, in the same subnet, a MAC address that the peer has not: the kernel sends there
 * what is for the peer, its connections to the databases among it, and never asks again (ip-neighbour(8), nud).
 */
export async function underlayNeighbourAstray(
  lab: Lab,
  node: string,
  peer: string,
): Promise<BrokenLink | undefined> {
  const ends = await between(lab, node, peer)
  const theirs = ends && (await unlessBlind(lab.kernel(peer)))?.links.map(({ mac }) => mac.toLowerCase())
  if (!ends || !theirs) return undefined
  const { to, link } = ends
  const stack = await unlessBlind(lab.stack(node, undefined, [{ to }]))
  const entry = stack?.neighbours.find(
    one => one.address === to && one.device === link.name && isWrittenByHand(one),
  )
  if (!entry?.mac || theirs.includes(entry.mac.toLowerCase())) return undefined
  return {
    where: `${node} · neighbours`,
    saw: text(
      `${node} has a neighbour entry for ${to}, the tunnel address of ${peer}, with the MAC address ${entry.mac}, which no interface of ${peer} has; it was written by hand (${entry.states.join(', ')}), so ${node} never asks again`,
      `${node} 有一筆 ${to}（${peer} 的 tunnel 位址）的 neighbour，MAC 位址是 ${entry.mac}，但 ${peer} 沒有任何介面是這個位址；這一筆是手動寫的（${entry.states.join('、')}），所以 ${node} 不會再詢問`,
    ),
    tryThis: on(node, `ip neigh show ${to}`),
  }
}
