import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen } from '../nouns/phrases.ts'

const KEY = 'ct-zone-limit'

/**
 * A zone of connection tracking is full, as `found` says: where one row of OVN limits zones, it is that row (ovn-nb(5),
 * ct-zone-limit).
 */
export async function limitedByRow(lab: Lab, found: BrokenLink): Promise<BrokenLink> {
  const northbound = await unlessBlind(lab.northbound())
  if (!northbound) return found
  const { routers, switches, ports } = northbound
  const rows = [
    ...routers.map(({ name, options }) => ({ table: 'Logical_Router', column: 'options', name, options })),
    ...switches.map(({ name, other_config: options }) => ({
      ...{ table: 'Logical_Switch', column: 'other_config' },
      name,
      options,
    })),
    ...ports.map(({ name, options }) => ({ table: 'Logical_Switch_Port', column: 'options', name, options })),
  ].filter(({ options }) => options[KEY] !== undefined)
  const [row, another] = rows
  if (!row || another) return found
  const { table, column, name, options } = row
  return {
    where: `OVN_Northbound · ${table} · ${column}:${KEY}`,
    saw: andThen(
      found.saw,
      text(`${name} has ${KEY} = ${options[KEY]}`, `${name} 設定了 ${KEY} = ${options[KEY]}`),
    ),
    tryThis: `sudo ovn-nbctl get ${table} ${name} ${column}`,
  }
}
