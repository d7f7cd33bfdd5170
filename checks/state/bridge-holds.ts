import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { integrationBridgeName, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { Bridge } from '../../harness/ovsdb/tables.ts'
import { absentLink } from '../diagnosis/absent-link.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { notInBridge } from '../diagnosis/in-bridge.ts'
import { notPhysical } from '../diagnosis/physical-link.ts'
import { andThen, inNoBridge, list, on } from '../nouns/phrases.ts'

/** The bridge of a node that holds a physical link, whatever its name; undefined where none does. */
export async function bridgeOf(lab: Lab, node: string, linkName: string): Promise<Bridge | undefined> {
  return plugs(await lab.ovs(node)).find(({ iface }) => iface.name === linkName)?.bridge
}

/**
 * A bridge other than the integration bridge holds the physical link, by the word of Open vSwitch's rows and of what
 * came of them; the link is up and has no address of its own.
 */
export async function bridgeHolds(lab: Lab, node: string, linkName: string): Promise<void> {
  const [ovs, facts] = await Promise.all([lab.ovs(node), lab.kernel(node)])
  const integration = integrationBridgeName(ovs)
  const plug = plugs(ovs).find(({ iface }) => iface.name === linkName)
  const broken =
    whatIsWrong(node, linkName, plug, facts, ovs) ?? (plug && (await notInBridge(lab, node, plug)))
  if (!broken) return
  throw new Unmet({
    expected: text(
      `${linkName}, up and without an address, in a bridge other than ${integration}`,
      `${linkName} 已啟用、沒有位址，而且在 ${integration} 以外的 bridge 裡`,
    ),
    ...broken,
  })
}

function whatIsWrong(
  node: string,
  linkName: string,
  plug: Plug | undefined,
  facts: KernelFacts,
  ovs: OvsDatabase,
): BrokenLink | undefined {
  const inDatabase = {
    where: `${node} · Open_vSwitch · Bridge · ports`,
    tryThis: on(node, 'sudo ovs-vsctl show'),
  }
  const inKernel = { where: `${node} · ${linkName}`, tryThis: on(node, `ip -br address show ${linkName}`) }
  const integration = integrationBridgeName(ovs)
  const link = facts.links.find(({ name }) => name === linkName)
  if (!link) return absentLink(node, facts, linkName, plug?.iface)
  if (!plug)
    return { saw: andThen(inNoBridge(linkName, link.master), inItsPlace(link, facts, ovs)), ...inDatabase }
  if (plug.bridge.name === integration)
    return {
      saw: text(`${linkName} is in ${integration} itself`, `${linkName} 直接放在 ${integration} 裡`),
      ...inDatabase,
      cause: 'link-in-integration-bridge',
    }
  const saw = notPhysical(link, facts)
  if (saw)
    return { saw, ...inKernel, tryThis: on(node, `ip -d link show ${linkName}`), cause: 'not-physical' }
  if (!link.isUp)
    return {
      saw: text(`${linkName} is down`, `${linkName} 沒有啟用（DOWN）`),
      ...inKernel,
      cause: 'link-down',
    }
  const own = link.addresses.filter(({ family }) => family === 'inet')
  if (own.length === 0) return undefined
  const seen = list(own.map(({ address, prefixLength }) => `${address}/${prefixLength}`))
  return {
    saw: text(`${linkName} has ${seen.en}`, `${linkName} 上有位址 ${seen['zh-TW']}`),
    ...inKernel,
    cause: 'link-addressed',
  }
}

/** What a bridge has in the place of a link: what stands on it or is named after it (a VLAN's, a macvlan), there or not, or what holds it. */
function inItsPlace(link: Link, { links }: KernelFacts, ovs: OvsDatabase): Text | undefined {
  const isAkin = (name: string) =>
    name === link.master ||
    /^[.:@-]/.test(name.startsWith(link.name) ? name.slice(link.name.length) : '') ||
    links.some(one => one.name === name && one.lowerIndex === link.index && one.peerNetnsId === undefined)
  const instead = plugs(ovs).find(({ iface }) => iface.name !== link.name && isAkin(iface.name))
  if (!instead) return undefined
  const { iface, bridge } = instead
  const kind = links.find(({ name }) => name === iface.name)?.kind
  const is = kind === undefined ? '' : ` (${kind})`
  return text(
    `${bridge.name} has ${iface.name}${is} in its place`,
    `${bridge.name} 裡放的不是它，而是 ${iface.name}${kind === undefined ? '' : `（${kind}）`}`,
  )
}
