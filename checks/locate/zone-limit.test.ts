import { expect, it } from 'vitest'
import { text } from '../../harness/core/text.ts'
import { type Edit, gatewayLab } from '../testing/gateway-lab.ts'
import { limitedByRow } from './zone-limit.ts'

const full = { where: 'hypervisor · conntrack_zone_full', saw: text('full', '已滿'), tryThis: '' }
const routerLimit: Edit = ({ northbound }) => {
  northbound.Logical_Router[0]!.options = { 'ct-zone-limit': '1' }
}
const portLimit: Edit = ({ northbound }) => {
  northbound.Logical_Switch_Port[0]!.options = { 'ct-zone-limit': '5' }
}

it.each<[string, Edit[]]>([
  ['OVN_Northbound · Logical_Router · options:ct-zone-limit', [routerLimit]],
  ['OVN_Northbound · Logical_Switch_Port · options:ct-zone-limit', [portLimit]],
  [full.where, []],
  [full.where, [routerLimit, portLimit]],
])('%s: the one row that limits zones, else the zone', async (where, edits) => {
  expect((await limitedByRow(gatewayLab(...edits), full)).where).toBe(where)
})
