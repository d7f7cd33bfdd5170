import { heldBy } from '../../harness/look/holding.ts'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'

/** By these ports the switches lead to physical networks (ovn-nb(5), Logical_Switch_Port, type "localnet"). */
export const localnetPortsOf = (
  ports: LogicalSwitchPort[],
  ...switches: (LogicalSwitch | undefined)[]
): LogicalSwitchPort[] => heldBy(ports, ...switches).filter(({ type }) => type === 'localnet')
