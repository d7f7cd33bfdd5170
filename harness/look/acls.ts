import type { Acl, LogicalSwitch } from '../ovsdb/tables.ts'
import type { Northbound } from './databases.ts'

/** Rules of a switch: its own, and those of port groups that have a port of it (ovn-nb(5), Port_Group). */
export const aclsOf = ({ acls, portGroups }: Northbound, one: LogicalSwitch): Acl[] => {
  const groups = portGroups.filter(({ ports }) => ports.some(port => one.ports.includes(port)))
  const own = [...one.acls, ...groups.flatMap(group => group.acls)]
  return acls.filter(({ _uuid }) => own.includes(_uuid))
}
