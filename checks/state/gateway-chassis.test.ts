import { describe, expect, it } from 'vitest'
import { type Edit, gatewayLab, OUTER } from '../testing/gateway-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { named } from '../testing/solved-lab.ts'
import { choosesGateway, choosesNobody, gatewayBound } from './gateway-chassis.ts'

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

  it('takes of equal priorities the name that is last in the alphabet, as OVN does, and says so', async () => {
    const besides = (chassis_name: string) =>
      gatewayLab(({ northbound, southbound }) => {
        const _uuid = '00000000-0000-0000-0000-000000000001'
        const [first] = northbound.Gateway_Chassis
        northbound.Gateway_Chassis.unshift({ ...first!, _uuid, chassis_name })
        outerPort(northbound).gateway_chassis.unshift(_uuid)
        southbound.Chassis.push({ ...southbound.Chassis[0]!, _uuid, name: chassis_name, hostname: 'third' })
      })
    await expect(choosesGateway(besides('-first'), OUTER, 'hypervisor')).resolves.toBeUndefined()
    const { where, saw } = await unmet(choosesGateway(besides('~last'), OUTER, 'hypervisor'))
    expect(where).toBe('OVN_Northbound · Gateway_Chassis · priority')
    expect(saw.en).toContain('last in the alphabet: ~last')
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

const grouped =
  (chassis_name: string): Edit =>
  ({ northbound }) => {
    const [group, row] = ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002']
    Object.assign(northbound, {
      HA_Chassis_Group: [{ _uuid: group, name: 'hg', ha_chassis: [row] }],
      HA_Chassis: [{ _uuid: row, chassis_name, priority: 30 }],
    })
    outerPort(northbound).ha_chassis_group = [group]
  }

it('names the group that a port has beside the gateway chassis that are right', async () => {
  await expect(choosesGateway(gatewayLab(grouped('gone')), OUTER, 'hypervisor')).rejects.toMatchObject({
    where: 'OVN_Northbound · Logical_Router_Port · ha_chassis_group',
    cause: 'gateway-overruled',
  })
})

describe('choosesNobody', () => {
  const told = async (edit: Edit) => {
    const lab = gatewayLab(edit)
    const northbound = await lab.northbound()
    return choosesNobody(northbound, await lab.southbound(), named(northbound.routerPorts, 'lr0-ls1'))
  }
  it('names the group that overrules a port’s own gateway chassis, and has none that is there', async () => {
    const found = await told(grouped('controller'))
    expect(found).toMatchObject({
      where: 'OVN_Northbound · HA_Chassis · chassis_name',
      cause: 'chassis-by-hostname',
    })
    expect(found?.saw.en).toContain('its ha_chassis_group overrules its gateway_chassis')
    expect((await told(grouped('gone')))?.cause).toBeUndefined()
  })

  it('says nothing where one of them is there, or none was chosen', async () => {
    const { chassis } = await gatewayLab().southbound()
    expect(await told(grouped(chassis[0]!.name))).toBeUndefined()
    const without: Edit = ({ northbound }) => {
      outerPort(northbound).gateway_chassis = []
    }
    expect(await told(without)).toBeUndefined()
  })
})
