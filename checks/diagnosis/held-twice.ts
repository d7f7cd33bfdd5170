import { text } from '../../harness/core/text.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { list } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A port is among the ports of several switches: ovn-northd takes it for one of them only (ovn-nb(5), Logical_Switch.ports). */
export async function heldTwice(lab: Lab, name: string | undefined): Promise<BrokenLink | undefined> {
  const { switches, ports } = await lab.northbound()
  const port = ports.find(one => one.name === name)
  const holders = port ? holdersOf(switches, port) : []
  if (!port || holders.length < 2) return undefined
  const names = list(holders.map(holder => holder.name).sort())
  return {
    where: 'OVN_Northbound · Logical_Switch · ports',
    saw: text(
      `${port.name} is among the ports of ${names.en}, but ovn-northd treats it as a port of only one of them`,
      `${port.name} 同時列在 ${names['zh-TW']} 的 ports 裡，但 ovn-northd 只會把它當成其中一個的 port`,
    ),
    tryThis: 'sudo ovn-nbctl --columns=name,ports list Logical_Switch',
  }
}
