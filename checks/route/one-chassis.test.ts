import { expect, it } from 'vitest'
import { type Edit, ns1, ns3, routedLab } from '../testing/routed-lab.ts'
import { named } from '../testing/solved-lab.ts'
import { routedOnOneChassis } from './one-chassis.ts'

const found = async (...edits: Edit[]) => (await routedOnOneChassis(routedLab(...edits), [ns1, ns3]))?.where
const onPort =
  (columns: object): Edit =>
  ({ northbound }) =>
    void Object.assign(named(northbound.Logical_Router_Port, 'lr0-ls1'), columns)

it.each<[string, Edit]>([
  [
    'Logical_Router · options:chassis',
    ({ northbound }) => {
      named(northbound.Logical_Router, 'lr0').options = { chassis: 'hypervisor' }
    },
  ],
  ['Logical_Router_Port · gateway_chassis', onPort({ gateway_chassis: ['a'] })],
  ['Logical_Router_Port · ha_chassis_group', onPort({ ha_chassis_group: ['a'] })],
])('a router is bound to one chassis by %s', async (where, edit) => {
  expect(await found(edit)).toBe(`OVN_Northbound · ${where}`)
})

it('a router is on each node otherwise', async () => {
  expect(await found()).toBeUndefined()
})
