import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { chassisSetting, integrationBridgeName, plugs } from '../integration-bridge.ts'
import type { End } from './hop.ts'
import { type Post, plugPost, type Route } from './route.ts'

/** The path of a packet between two ends, or out of the lab: the places it must pass, found by what the nodes are told. */
export async function routeBetween(
  lab: Lab,
  from: End,
  to: End | undefined,
  address: string,
): Promise<Route> {
  const isOnOneNode = to?.node === from.node
  const nodes = isOnOneNode ? [] : [from.node, ...(to ? [to.node] : [])]
  const isOutward = to === undefined || (await hasLocalnet(lab, from))
  const exits = await Promise.all(nodes.map(node => exitOf(lab, node, isOutward)))
  return { from, to, address, posts: [plugPost(from), ...exits, ...(to ? [plugPost(to)] : [])] }
}

/** The logical switch of the end leads to a physical network (ovn-nb(5), type localnet). */
async function hasLocalnet(lab: Lab, { logicalPort }: End): Promise<boolean> {
  const northbound = await unlessBlind(lab.northbound())
  if (!northbound) return true
  const { switches, ports } = northbound
  const own = ports.find(({ name }) => name === logicalPort)
  const holding = switches.find(one => own !== undefined && one.ports.includes(own._uuid))
  return ports.some(({ _uuid, type }) => type === 'localnet' && holding?.ports.includes(_uuid))
}

async function exitOf(lab: Lab, node: string, isOutward: boolean): Promise<Post> {
  const ovs = await lab.ovs(node)
  const underlay = await underlayOf(lab, node, ovs)
  const physical = physicalOf(ovs).filter(link => !underlay.includes(link))
  const post = { id: `exit ${node}`, kind: 'exit' as const, node }
  return isOutward && physical.length > 0
    ? { ...post, links: physical, underlay }
    : { ...post, links: underlay, underlay: [], isTunnel: true as const }
}

/** The kernel's links that are in a bridge beside the integration bridge: those of mapped bridges, where any is mapped. */
function physicalOf(ovs: OvsDatabase): string[] {
  const mapped = (chassisSetting(ovs, 'ovn-bridge-mappings') ?? '')
    .split(',')
    .map(pair => pair.split(':').at(-1)!.trim())
  const beside = plugs(ovs).filter(
    ({ bridge, iface }) =>
      bridge.name !== integrationBridgeName(ovs) &&
      iface.type === '' &&
      iface.external_ids['iface-id'] === undefined,
  )
  const own = beside.filter(({ bridge }) => mapped.includes(bridge.name))
  return (own.length > 0 ? own : beside).map(({ iface }) => iface.name)
}

/** The links that carry the node's tunnels: the one with its address, or what is in the bridge that has it. */
async function underlayOf(lab: Lab, node: string, ovs: OvsDatabase): Promise<string[]> {
  const { links } = await lab.kernel(node)
  const addresses = (chassisSetting(ovs, 'ovn-encap-ip') ?? '').split(',').map(one => one.trim())
  const own = links.filter(link => link.addresses.some(({ address }) => addresses.includes(address)))
  const all = plugs(ovs)
  return own.flatMap(({ name }) => {
    const inBridge = all.filter(({ bridge, iface }) => bridge.name === name && iface.type === '')
    return inBridge.length > 0 ? inBridge.map(({ iface }) => iface.name) : [name]
  })
}
