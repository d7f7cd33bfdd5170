import { macsOf } from '../../harness/look/declared-macs.ts'
import { integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { End } from './hop.ts'

/**
 * The bridge of Open vSwitch that holds the cable of an end which has nothing to do with OVN: it is not the integration bridge, the
 * interface is labelled for no logical port, and no logical port is for its MAC. Undefined of any other end.
 */
export async function bridgeBesideOvn(
  lab: Lab,
  { node, mac, logicalPort, ...end }: End,
): Promise<string | undefined> {
  if (logicalPort !== undefined || !lab.nodes.includes(node)) return undefined
  const ovs = await unlessBlind(lab.ovs(node))
  const name = end.row ?? end.plug
  const plug = ovs && plugs(ovs).find(({ iface }) => iface.name === name)
  if (!plug || plug.bridge.name === integrationBridgeName(ovs) || plug.iface.external_ids['iface-id'])
    return undefined
  const ports = (await unlessBlind(lab.northbound()))?.ports ?? []
  return ports.some(port => macsOf(port).includes(mac.toLowerCase())) ? undefined : plug.bridge.name
}
