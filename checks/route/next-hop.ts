import { text } from '../../harness/core/text.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { MacBinding } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from './place.ts'
import type { Route } from './route.ts'

export type Learnt = Pick<MacBinding, 'logical_port' | 'ip' | 'mac'>

/** What routers have learnt of MAC addresses, and what they were told. */
export async function learntOf(lab: Lab) {
  const [{ macBindings }, tables] = await Promise.all([lab.southbound(), lab.tables('OVN_Northbound')])
  return { macBindings, staticMacBindings: (tables.Static_MAC_Binding ?? []) as unknown as Learnt[] }
}

/** A row by which a router sends to another MAC than `mac`, which `owner` has. */
export const wronglyLearnt = (
  { logical_port, ip, mac: known }: Learnt,
  isWritten: boolean,
  { owner, mac }: { owner: string; mac: string },
): BrokenLink =>
  isWritten
    ? {
        where: 'OVN_Northbound · Static_MAC_Binding · mac',
        saw: text(
          `${logical_port} was told the MAC ${known} for ${ip}, but ${owner} has ${mac}`,
          `${logical_port} 被手動寫成 ${ip} 的 MAC 位址是 ${known}，但 ${owner} 的是 ${mac}`,
        ),
        tryThis: 'sudo ovn-nbctl list Static_MAC_Binding',
        cause: 'router-mac-binding',
      }
    : {
        where: 'OVN_Southbound · MAC_Binding · mac',
        saw: text(
          `${logical_port} has learnt the MAC ${known} for ${ip}, but ${owner} has ${mac}`,
          `${logical_port} 學到 ${ip} 的 MAC 位址是 ${known}，但 ${owner} 的是 ${mac}`,
        ),
        tryThis: 'sudo ovn-sbctl list MAC_Binding',
        cause: 'router-mac-binding',
      }

/**
 * Packets left by a router's outer port for the MAC that it knows of the next hop, and nothing came back. The next hop
 * itself is asked which MAC it has: another one than that, and it is what the router knows that is wrong.
 */
export async function nextHopAstray(
  lab: Lab,
  { to, outward, posts }: Route,
  { packet, frame, by, isWide }: Break,
): Promise<BrokenLink | undefined> {
  if (!outward || !frame || isWide || frame.vlan !== undefined || packet.kind.startsWith('arp'))
    return undefined
  const { outer } = outward
  const mac = frame.destinationMac.toLowerCase()
  const { macBindings, staticMacBindings } = await learntOf(lab)
  const names = routersWith(await lab.northbound(), outer.address).map(({ port }) => port.name)
  const isUsed = (row: Learnt) => names.includes(row.logical_port) && row.mac.toLowerCase() === mac
  const written = staticMacBindings.find(isUsed)
  const row = written ?? macBindings.find(isUsed)
  const exit = to ? posts[0] : posts.at(-1)
  const link = (await lab.kernel(outer.node)).links.find(({ name }) => name === (by ?? exit?.links[0]))
  if (!row || !link || row.ip.includes(':')) return undefined
  const question = { index: link.index, mac: link.mac, address: row.ip }
  const macs = (await unlessBlind(lab.arpProbe(outer.node, question)))?.macs ?? []
  const [own] = macs
  return own === undefined || macs.includes(mac)
    ? undefined
    : wronglyLearnt(row, written !== undefined, { owner: row.ip, mac: own })
}
