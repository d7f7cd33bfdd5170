import { expect, it } from 'vitest'
import type { Route } from '../route/route.ts'
import { gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { localnetTag } from './localnet-tag.ts'

const route = {
  from: { ...ns1, logicalPort: 'ls0-ns1' },
  address: '203.0.113.10',
  outward: { outer: { address: OUTER } },
} as unknown as Route

it('names the tag of the localnet port that a router leads to', async () => {
  const lab = gatewayLab(({ northbound }) => {
    for (const port of northbound.Logical_Switch_Port) if (port.type === 'localnet') port.tag = [7]
  })
  expect(await localnetTag(lab, route)).toMatchObject({
    where: 'OVN_Northbound · Logical_Switch_Port · tag',
    cause: 'localnet-tag',
  })
})

it('says nothing of one without a tag', async () => {
  expect(await localnetTag(gatewayLab(), route)).toBeUndefined()
})
