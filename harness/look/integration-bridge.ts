import type { Bridge, Interface, Port } from '../ovsdb/tables.ts'
import type { OvsDatabase } from './lab.ts'

/** The key a chassis setting is taken from: `KEY-SYSTEM_ID`, for this very chassis, before `KEY` (ovn-controller(8)). */
export function chassisSettingKey({ openVSwitch }: OvsDatabase, key: string): string {
  const own = `${key}-${openVSwitch.external_ids['system-id']}`
  return own in openVSwitch.external_ids ? own : key
}

/** A chassis setting, as ovn-controller takes it. */
export const chassisSetting = (ovs: OvsDatabase, key: string): string | undefined =>
  ovs.openVSwitch.external_ids[chassisSettingKey(ovs, key)]

/** What ovn-controller takes for its bridge where nothing is set. */
export const USUAL_BRIDGE = 'br-int'

/** The name of the bridge ovn-controller connects everything to: `br-int` unless the chassis says otherwise. */
export const integrationBridgeName = (ovs: OvsDatabase): string =>
  chassisSetting(ovs, 'ovn-bridge') ?? USUAL_BRIDGE

/** A port of a bridge with one of its interfaces. */
export interface Plug {
  bridge: Bridge
  port: Port
  iface: Interface
}

/** Types of an interface for a link that the kernel has anyway (ovs-vswitchd.conf.db(5), Interface, type). */
const OF_KERNEL = ['', 'system', 'afxdp', 'afxdp-nonpmd']

/** Whether an interface stands for a link that the kernel has anyway; Open vSwitch makes the others itself. */
export const isKernelLink = ({ type }: Pick<Interface, 'type'>): boolean => OF_KERNEL.includes(type)

/** Whether ovn-controller heeds an interface's iface-id: one that ovs-vswitchd could not make claims nothing. */
export const mayClaim = ({ iface }: Plug): boolean => (iface.ofport[0] ?? -1) > 0

/** Every interface that is in a bridge, with its port and that bridge. */
export const plugs = ({ bridges, ports, interfaces }: OvsDatabase): Plug[] =>
  bridges.flatMap(bridge =>
    ports
      .filter(port => bridge.ports.includes(port._uuid))
      .flatMap(port =>
        interfaces
          .filter(iface => port.interfaces.includes(iface._uuid))
          .map(iface => ({ bridge, port, iface })),
      ),
  )
