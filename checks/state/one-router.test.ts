import { describe, expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, ns1, ns3, routedLab } from '../testing/routed-lab.ts'
import { named } from '../testing/solved-lab.ts'
import { routerCarriedSouth, shareOneRouter } from './one-router.ts'

const GATEWAYS = [ns1.gateway, ns3.gateway]
const twoRouters: Edit = ({ northbound }) => {
  const { _uuid } = named(northbound.Logical_Router_Port, 'lr0-ls1')
  const [lr0] = northbound.Logical_Router
  lr0!.ports = lr0!.ports.filter(uuid => uuid !== _uuid)
  northbound.Logical_Router.push({ ...lr0!, _uuid: 'lr1', name: 'lr1', ports: [_uuid] })
}
const routerOff: Edit = ({ northbound }) => {
  northbound.Logical_Router[0]!.enabled = [false]
}

describe('shareOneRouter', () => {
  it('holds on the solved lab', async () => {
    await expect(shareOneRouter(routedLab(), GATEWAYS)).resolves.toBeUndefined()
  })

  it('tells the router of each where there are two, and one that is disabled', async () => {
    expect(await unmet(shareOneRouter(routedLab(twoRouters), GATEWAYS))).toMatchObject({
      saw: { en: 'the router of each: 192.168.1.254: lr0 and 10.10.0.254: lr1' },
      where: 'OVN_Northbound · Logical_Router · ports',
    })
    const { where } = await unmet(shareOneRouter(routedLab(routerOff), GATEWAYS))
    expect(where).toBe('OVN_Northbound · Logical_Router · enabled')
  })
})

describe('routerCarriedSouth', () => {
  it('names a router that is disabled, of which ovn-northd makes nothing', async () => {
    const withoutPeer: Edit = ({ southbound }) => {
      const row = southbound.Port_Binding.find(({ logical_port }) => logical_port === 'lr0-ls1')!
      row.options = {}
    }
    const { where } = await unmet(routerCarriedSouth(routedLab(routerOff, withoutPeer), GATEWAYS))
    expect(where).toBe('OVN_Northbound · Logical_Router · enabled')
  })

  it('holds on the solved lab', async () => {
    await expect(routerCarriedSouth(routedLab(), GATEWAYS)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    [
      'a row is missing',
      ({ southbound }) => {
        southbound.Port_Binding = southbound.Port_Binding.filter(row => row.logical_port !== 'ls1-lr0')
      },
    ],
    [
      'a row has another peer',
      ({ southbound }) => {
        const row = southbound.Port_Binding.find(({ logical_port }) => logical_port === 'lr0-ls1')!
        row.options = { peer: 'ls0-lr0' }
      },
    ],
    [
      'a row has the networks of before',
      ({ southbound }) => {
        const row = southbound.Port_Binding.find(({ logical_port }) => logical_port === 'lr0-ls1')!
        row.mac = ['02:00:0a:0a:00:fe 10.10.9.254/24']
      },
    ],
  ])('does not hold: %s', async (_, edit) => {
    const { where } = await unmet(routerCarriedSouth(routedLab(edit), GATEWAYS))
    expect(where).toBe('OVN_Southbound · Port_Binding · options:peer')
  })

  it('tells a port that was given a peer, as if it led to another router', async () => {
    const lab = routedLab(({ northbound, southbound }) => {
      named(northbound.Logical_Router_Port, 'lr0-ls1').peer = ['lr0-ls0']
      southbound.Port_Binding.find(({ logical_port }) => logical_port === 'lr0-ls1')!.options = {}
    })
    const { where, saw } = await unmet(routerCarriedSouth(lab, GATEWAYS))
    expect(where).toBe('OVN_Northbound · Logical_Router_Port · peer')
    expect(saw.en).toMatch(/^lr0-ls1 has peer = "lr0-ls0", /)
  })
})
