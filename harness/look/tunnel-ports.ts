import { integrationBridgeName, type Plug, plugs } from './integration-bridge.ts'
import type { OvsDatabase, Southbound } from './lab.ts'

/** Every interface of a node that wraps packets for another machine, in whatever bridge it is. */
export const tunnelPlugs = (ovs: OvsDatabase): Plug[] =>
  plugs(ovs).filter(({ iface }) => iface.options.remote_ip !== undefined && iface.type !== '')

/** The key by which ovn-controller knows the ports it made: the chassis they lead to, and since 20.12 both addresses. */
const KEY = 'ovn-chassis-id'

/** The tunnels that ovn-controller of a node has made to a chassis. */
export function tunnelsTo(ovs: OvsDatabase, chassisName: string): Plug[] {
  const integration = integrationBridgeName(ovs)
  return tunnelPlugs(ovs).filter(
    ({ bridge, port }) =>
      bridge.name === integration && port.external_ids[KEY]?.split('@')[0] === chassisName,
  )
}

/** Whether ovn-controller made it, for whichever chassis. */
export const isOvns = ({ port }: Plug): boolean => KEY in port.external_ids

/** Where a chassis takes Geneve, as the southbound database tells the others (ovn-sb(5), Encap). */
export const geneveIpsOf = ({ chassis, encaps }: Southbound, chassisName: string | undefined): string[] => {
  const own = chassis.find(({ name }) => name === chassisName)
  return encaps
    .filter(({ _uuid, type }) => own?.encaps.includes(_uuid) && type === 'geneve')
    .map(({ ip }) => ip)
}

/** The name by which a node is a chassis. */
export const chassisName = ({ openVSwitch }: OvsDatabase): string | undefined =>
  openVSwitch.external_ids['system-id']
