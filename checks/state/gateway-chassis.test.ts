import { describe, expect, it } from 'vitest'
import { type Edit, gatewayLab, OUTER } from '../testing/gateway-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { named } from '../testing/solved-lab.ts'
import { choosesGateway, gatewayBound } from './gateway-chassis.ts'

const outerPort = (northbound: Parameters<Edit>[0]['northbound']) =>
  named(northbound.Logical_Router_Port, 'lr0-ls1')

describe('choosesGateway', () => {
  it('holds on the solved lab, and for no other node', async () => {
    await expect(choosesGateway(gatewayLab(), OUTER, 'hypervisor')).resolves.toBeUndefined()
    const { where } = await unmet(choosesGateway(gatewayLab(), OUTER, 'controller'))
    expect(where).toBe('OVN_Northbound · Gateway_Chassis · chassis_name')
  })

  it('holds beside a chassis that does not exist, whatever its priority', async () => {
    const lab = gatewayLab(({ northbound }) => {
      const _uuid = '00000000-0000-0000-0000-000000000001'
      northbound.Gateway_Chassis.push({
        ...northbound.Gateway_Chassis[0]!,
        _uuid,
        chassis_name: 'gone',
        priority: 90,
      })
      outerPort(northbound).gateway_chassis.push(_uuid)
    })
    await expect(choosesGateway(lab, OUTER, 'hypervisor')).resolves.toBeUndefined()
  })

  it('names a hostname in place of a name, and a port without any', async () => {
    const byHostname = gatewayLab(({ northbound }) => {
      northbound.Gateway_Chassis[0]!.chassis_name = 'hypervisor'
    })
    expect(await unmet(choosesGateway(byHostname, OUTER, 'hypervisor'))).toMatchObject({
      where: 'OVN_Northbound · Gateway_Chassis · chassis_name',
    })
    const without = gatewayLab(({ northbound }) => {
      outerPort(northbound).gateway_chassis = []
    })
    expect(await unmet(choosesGateway(without, OUTER, 'hypervisor'))).toMatchObject({
      where: 'OVN_Northbound · Logical_Router_Port · gateway_chassis',
    })
  })
})

describe('gatewayBound', () => {
  it('holds where the chassisredirect row is bound to the node, and not where it is to another', async () => {
    await expect(gatewayBound(gatewayLab(), OUTER, 'hypervisor')).resolves.toBeUndefined()
    const { where } = await unmet(gatewayBound(gatewayLab(), OUTER, 'controller'))
    expect(where).toBe('OVN_Southbound · Port_Binding · chassis')
  })
})
