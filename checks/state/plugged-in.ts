import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Link } from '../../harness/look/evidence.ts'
import {
  integrationBridgeName,
  mayClaim,
  type Plug,
  plugs,
  USUAL_BRIDGE,
} from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { settingAt } from '../diagnosis/chassis-setting.ts'
import { notInBridge } from '../diagnosis/in-bridge.ts'
import { valueIn } from '../diagnosis/similar-key.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, inNoBridge, list, on, quoted } from '../nouns/phrases.ts'
import { outerEnd, plugsOf } from '../nouns/plug-of.ts'
import { portsOf } from '../nouns/ports-of.ts'
import { ownPorts } from './one-switch.ts'

const ifaceId = ({ iface }: Plug) => iface.external_ids['iface-id']

/**
 * The link that leads into the endpoint's namespace is in the integration bridge, and its
 * external_ids:iface-id, which no other interface there has, is the name of the endpoint's logical port on the switch
 * that holds all endpoints (ovn-architecture(7), "Life Cycle of a VIF").
 */
export async function pluggedIn(lab: Lab, endpoint: Endpoint, all: Endpoint[]): Promise<void> {
  const [ovs, own, outer, inner, ports] = await Promise.all([
    lab.ovs(endpoint.node),
    plugsOf(lab, endpoint),
    outerEnd(lab, endpoint),
    linkOf(lab, endpoint),
    ownPorts(lab, endpoint, all),
  ])
  const bridgeName = integrationBridgeName(ovs)
  const names = ports.map(port => port.name)
  const isLabelled = (plug: Plug) => plug.bridge.name === bridgeName && names.includes(ifaceId(plug) ?? '')
  const labelled = plugs(ovs).filter(plug => isLabelled(plug) && mayClaim(plug))
  const right = own.find(isLabelled)
  const isOnly = right && labelled.every(plug => plug.iface.name === right.iface.name)
  // The name in the bridge may be that of a link that the node has no more.
  const labels = own.length > 0 ? [] : plugs(ovs).filter(isLabelled)
  const broken = isOnly
    ? await notInBridge(lab, endpoint.node, right)
    : ((await gone(lab, endpoint.node, labels, outer)) ??
      (await firstOf(labels, plug => notInBridge(lab, endpoint.node, plug))))
  if (isOnly && !broken) return

  const name = outer?.name ?? labels[0]?.iface.name ?? inner?.name ?? endpoint.netns
  const concerned = plugs(ovs).filter(
    plug => own.some(({ iface }) => iface.name === plug.iface.name) || names.includes(ifaceId(plug) ?? ''),
  )
  const seen = list(
    concerned.map(
      plug =>
        `${plug.iface.name} @ ${plug.bridge.name}, iface-id ${valueIn(plug.iface.external_ids, 'iface-id', plug.iface)}`,
    ),
  )
  const here = own.find(plug => plug.bridge.name === bridgeName)
  throw new Unmet({
    expected: text(
      `${name} in ${bridgeName} with external_ids:iface-id ${list(names.map(quoted)).en}`,
      `${name} 在 ${bridgeName} 裡，而且 external_ids:iface-id 是 ${list(names.map(quoted))['zh-TW']}`,
    ),
    saw:
      own.length > 0
        ? andThen(seen, await crossed(lab, endpoint, own, concerned))
        : andThen(inNoBridge(name, outer?.master), concerned.length > 0 ? seen : undefined),
    ...(broken ??
      (here
        ? {
            where: `${endpoint.node} · Open_vSwitch · Interface · external_ids:iface-id`,
            tryThis: on(endpoint.node, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
            cause: await mistakeIn(
              lab,
              here,
              right !== undefined,
              (await portsOf(lab, endpoint)).map(port => port.name),
            ),
          }
        : bridgeName !== USUAL_BRIDGE && own.some(plug => plug.bridge.name === USUAL_BRIDGE)
          ? settingAt(endpoint.node, ovs, 'ovn-bridge', 'integration-bridge')
          : {
              where: `${endpoint.node} · Open_vSwitch · Bridge · ports`,
              tryThis: on(endpoint.node, 'sudo ovs-vsctl show'),
              cause: own.length > 0 ? 'plugged-elsewhere' : undefined,
            })),
  })
}

/**
 * The bridge keeps the port of a link that the node has no more, such as one from before a reboot; the link that leads into the
 * namespace now has another name, and is in no bridge.
 */
async function gone(
  lab: Lab,
  node: string,
  [label]: Plug[],
  outer: Link | undefined,
): Promise<BrokenLink | undefined> {
  if (!label || !outer || outer.master !== undefined) return undefined
  const { links, netns } = await lab.kernel(node)
  const { name, mac_in_use } = label.iface
  const isThere = [links, ...Object.values(netns)].flat().some(link => link.name === name)
  if (isThere || mac_in_use.includes(outer.mac)) return undefined
  return {
    where: `${node} · Open_vSwitch · Bridge · ports`,
    saw: text(
      `${label.bridge.name} still has ${name} with this iface-id, an interface that is not there any more; ${outer.name} is in no bridge`,
      `${label.bridge.name} 裡還留著 iface-id 相同的 ${name}，但這個介面已經不在了；${outer.name} 不在任何 bridge 裡`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl show'),
  }
}

/** Names of links may mislead: the interface with the endpoint's iface-id leads into another namespace, and what leads into its own has another iface-id. */
async function crossed(
  lab: Lab,
  { node, netns }: Endpoint,
  [own]: Plug[],
  concerned: Plug[],
): Promise<Text | undefined> {
  const { links, netns: namespaces } = await lab.kernel(node)
  const others = concerned.flatMap(({ iface }) => {
    const outer = links.find(({ name }) => name === iface.name)
    const into = Object.keys(namespaces).filter(
      one => outer && namespaces[one]!.some(inner => arePair(inner, outer)),
    )
    return iface.name !== own?.iface.name && into.length === 1 && into[0] !== netns
      ? [`${iface.name} → ${into[0]}`]
      : []
  })
  if (!own || others.length === 0) return undefined
  const ends = [`${own.iface.name} → ${netns}`, ...others].join(', ')
  return text(`the other ends of these interfaces are in: ${ends}`, `這些介面的另一端分別在：${ends}`)
}

/** The known mistake an interface's label is a sign of. */
async function mistakeIn(lab: Lab, plug: Plug, isTwice: boolean, withItsMac: string[]): Promise<Cause> {
  if (isTwice) return 'iface-id-twice'
  const id = ifaceId(plug)
  if (id === undefined) return 'iface-id' in plug.port.external_ids ? 'iface-id-on-port' : 'iface-id-missing'
  const { ports } = await lab.northbound()
  const named = ports.find(port => port.name === id)
  if (!named) return 'iface-id-misspelt'
  return withItsMac.includes(named.name) ? 'iface-id-of-another-switch' : 'iface-id-of-another'
}
