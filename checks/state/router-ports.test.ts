import { describe, expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, ns1, ns3, routedLab } from '../testing/routed-lab.ts'
import { named } from '../testing/solved-lab.ts'
import { hasRouterPort, joinedToRouter, leadsToRouter } from './router-ports.ts'

const onRouter =
  (change: object): Edit =>
  ({ northbound }) => {
    Object.assign(named(northbound.Logical_Router_Port, 'lr0-ls0'), change)
  }
const onSwitch =
  (change: object, name = 'ls0-lr0'): Edit =>
  ({ northbound }) => {
    Object.assign(named(northbound.Logical_Switch_Port, name), change)
  }

describe('hasRouterPort', () => {
  it('holds on the solved lab, also where the port has a further network', async () => {
    await expect(hasRouterPort(routedLab(), ns1)).resolves.toBeUndefined()
    const more = routedLab(onRouter({ networks: ['10.9.0.1/24', '192.168.1.254/24'] }))
    await expect(hasRouterPort(more, ns1)).resolves.toBeUndefined()
  })

  it.each<[string, object, string]>([
    ['another address', { networks: ['192.168.1.253/24'] }, 'networks'],
    ['another length', { networks: ['192.168.1.254/32'] }, 'networks'],
    ['disabled', { enabled: [false] }, 'enabled'],
  ])('does not hold: %s', async (_, change, column) => {
    const { where } = await unmet(hasRouterPort(routedLab(onRouter(change)), ns1))
    expect(where).toBe(`OVN_Northbound · Logical_Router_Port · ${column}`)
  })
})

describe('joinedToRouter', () => {
  it.each<[string, Edit]>([
    ['as solved', () => {}],
    ['the MAC address in place of the word router', onSwitch({ addresses: ['02:00:C0:A8:01:FE'] })],
  ])('holds: %s', async (_, edit) => {
    await expect(joinedToRouter(routedLab(edit), ns1, [ns1])).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['Logical_Switch_Port · options:router-port', onSwitch({ options: { 'router-port': 'lr0_ls0' } })],
    ['Logical_Switch_Port · options:router-port', onSwitch({ options: { 'router-port': 'lr0-ls1' } })],
    ['Logical_Switch_Port · type', onSwitch({ type: '' })],
    ['Logical_Switch_Port · enabled', onSwitch({ enabled: [false] })],
    ['Logical_Router_Port · mac', onSwitch({ addresses: ['02:00:c0:a8:01:fe'] }, 'ls0-ns2')],
    [
      'Logical_Switch · ports',
      ({ northbound }) => {
        const { _uuid } = named(northbound.Logical_Switch_Port, 'ls0-lr0')
        for (const one of northbound.Logical_Switch) one.ports = one.ports.filter(uuid => uuid !== _uuid)
      },
    ],
  ])('names %s', async (place, edit) => {
    const { where } = await unmet(joinedToRouter(routedLab(edit), ns1, [ns1]))
    expect(where).toBe(`OVN_Northbound · ${place}`)
    await expect(joinedToRouter(routedLab(edit), ns3, [ns3])).resolves.toBeUndefined()
  })

  it.each([
    ['another MAC address', ['02:00:00:00:00:77']],
    ['nothing', []],
  ])('takes %s there for a mistake only where packets are known to be lost', async (_, addresses) => {
    const lab = routedLab(onSwitch({ addresses }))
    await expect(joinedToRouter(lab, ns1, [ns1])).resolves.toBeUndefined()
    const { where } = await unmet(joinedToRouter(lab, ns1, [ns1], { isLost: true }))
    expect(where).toBe('OVN_Northbound · Logical_Switch_Port · addresses')
    const { gateway } = ns1
    await expect(leadsToRouter(lab, gateway)).resolves.toBeUndefined()
    const lost = await unmet(leadsToRouter(lab, gateway, { isLost: true }))
    expect(lost.where).toBe('OVN_Northbound · Logical_Switch_Port · addresses')
  })
})
