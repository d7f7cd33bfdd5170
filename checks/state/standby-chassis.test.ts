import { describe, expect, it } from 'vitest'
import { type Edit, gatewayLab, OUTER } from '../testing/gateway-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { named } from '../testing/solved-lab.ts'
import { standsBy, watches } from './standby-chassis.ts'

type Rows = Parameters<Edit>[0]

/** A second gateway chassis beside that of hypervisor, which has priority 20. */
async function second(priority: number, chassis_name?: string) {
  const { chassis } = await gatewayLab().southbound()
  const own = chassis.find(({ hostname }) => hostname === 'controller')!.name
  return gatewayLab(({ northbound }: Rows) => {
    const _uuid = '00000000-0000-0000-0000-000000000001'
    northbound.Gateway_Chassis.push({
      ...northbound.Gateway_Chassis[0]!,
      _uuid,
      chassis_name: chassis_name ?? own,
      priority,
    })
    named(northbound.Logical_Router_Port, 'lr0-ls1').gateway_chassis.push(_uuid)
  })
}

describe('standsBy', () => {
  it('holds for a chassis behind another one, and not for the first', async () => {
    await expect(standsBy(await second(10), OUTER, 'controller')).resolves.toBeUndefined()
    const { where } = await unmet(standsBy(await second(10), OUTER, 'hypervisor'))
    expect(where).toBe('OVN_Northbound · Gateway_Chassis · priority')
  })

  it.each([20, 30])('does not hold for one with priority %s', async priority => {
    const { where } = await unmet(standsBy(await second(priority), OUTER, 'controller'))
    expect(where).toBe('OVN_Northbound · Gateway_Chassis · priority')
  })

  it('names what is missing, or a hostname in place of a name', async () => {
    expect(await unmet(standsBy(gatewayLab(), OUTER, 'controller'))).toMatchObject({
      where: 'OVN_Northbound · Logical_Router_Port · gateway_chassis',
    })
    expect(await unmet(standsBy(await second(10, 'controller'), OUTER, 'controller'))).toMatchObject({
      where: 'OVN_Northbound · Gateway_Chassis · chassis_name',
    })
  })
})

describe('watches', () => {
  it('does not hold where nobody has turned on BFD, and names the column', async () => {
    const { where } = await unmet(watches(gatewayLab(), 'controller', 'hypervisor'))
    expect(where).toBe('controller · Open_vSwitch · Interface · bfd_status')
  })
})
