import { expect, it } from 'vitest'
import type { Lab } from '../../harness/look/lab.ts'
import type { Route } from '../route/route.ts'
import { twoRouters } from '../testing/two-routers.ts'
import { balancedNowhere, balancedToNobody } from './vip-state.ts'

const VIP = '10.96.0.1'
async function saw(
  vips: Record<string, string>,
  tcpPort?: number,
  protocol: string[] = [],
  monitors: unknown[] = [],
) {
  const { northbound } = twoRouters()
  northbound.loadBalancers.push({ _uuid: 'lb', name: 'svc', vips, protocol } as never)
  const lab = {
    northbound: async () => northbound,
    tables: async () => ({ Service_Monitor: monitors }),
  } as unknown as Lab
  const route = { address: VIP, isTakenByOvn: true } as Route
  const kind = tcpPort === undefined ? ('echo-request' as const) : ('tcp-request' as const)
  const packet = { kind, source: '10.1.1.10', destination: VIP, token: '', ...(tcpPort && { tcpPort }) }
  return (await balancedToNobody(lab, route, packet))?.saw.en
}

it('is a VIP for other packets than those that were sent', async () => {
  const vips = { [`${VIP}:80`]: '10.1.1.10:8080' }
  expect(await saw(vips)).toBe(`load balancers take ${VIP} for other packets alone: svc (tcp ${VIP}:80)`)
  expect(await saw(vips, 443)).toContain('for other packets alone')
  expect(await saw(vips, 80, ['udp'])).toContain('for other packets alone')
})

it('is an address that NAT gives to another one, which no port has', async () => {
  const { northbound } = twoRouters()
  const row = { _uuid: 'nat', type: 'dnat_and_snat', external_ip: VIP, logical_ip: '10.1.1.99' }
  northbound.nats.push(row as never)
  const lab = { northbound: async () => northbound } as unknown as Lab
  const packet = { kind: 'echo-request' as const, source: '10.1.1.10', destination: VIP, token: '' }
  const found = () => balancedToNobody(lab, { address: VIP, isTakenByOvn: true } as Route, packet)
  expect((await found())?.where).toBe('OVN_Northbound · NAT · logical_ip')
  row.logical_ip = '10.1.1.10'
  expect(await found()).toBeUndefined()
})

it('is a VIP without backends, or with such as no port has', async () => {
  expect(await saw({ [`${VIP}:80`]: '' }, 80)).toBe(`svc has no backend for ${VIP}:80`)
  expect(await saw({ [VIP]: '10.1.1.99' })).toBe(
    `the backends of svc for ${VIP}, 10.1.1.99, are addresses of no port`,
  )
})

it('is nothing where somebody may be behind it', async () => {
  expect(await saw({ [`${VIP}:80`]: '10.1.1.99:8080,10.1.1.10:8080' }, 80)).toBeUndefined()
  expect(await saw({ [`${VIP}:80`]: '203.0.113.10:8080' }, 80)).toBeUndefined()
  expect(await saw({ '10.96.0.2:80': '' }, 80)).toBeUndefined()
})

it('is a VIP of which a health check has found every backend offline', async () => {
  const monitor = (ip: string, status: string) => ({ ip, port: 8080, logical_port: 'w1', status: [status] })
  const vips = { [`${VIP}:80`]: '10.1.1.10:8080,10.1.1.11:8080' }
  const both = [monitor('10.1.1.10', 'offline'), monitor('10.1.1.11', 'error')]
  expect(await saw(vips, 80, [], both)).toContain('10.1.1.10:8080 (w1) offline and 10.1.1.11:8080 (w1) error')
  expect(await saw(vips, 80, [], [both[0], monitor('10.1.1.11', 'online')])).toBeUndefined()
  expect(await saw(vips, 80, [], both.slice(1))).toBeUndefined()
})

it('is a VIP of a load balancer that belongs to nothing that the sender’s packets enter', async () => {
  const nowhere = async (owner?: 'own' | 'other' | 'router' | 'away') => {
    const { northbound } = twoRouters()
    northbound.loadBalancers.push({
      _uuid: 'lb',
      name: 'svc',
      vips: { [`${VIP}:80`]: '' },
      protocol: [],
    } as never)
    const { switches, routers } = northbound
    const holder = { own: switches[0], other: switches[1], router: routers[1], away: routers[1] }[
      owner ?? 'own'
    ]!
    if (owner) holder.load_balancer = ['lb']
    northbound.staticRoutes = owner === 'away' ? [] : northbound.staticRoutes
    const lab = { northbound: async () => northbound, tables: async () => ({}) } as unknown as Lab
    const from = { node: 'a', device: 'eth0', logicalPort: 'w1', address: '10.1.1.10' }
    return (await balancedNowhere(lab, { from, address: VIP } as Route))?.where
  }
  expect(await nowhere()).toBe('OVN_Northbound · Load_Balancer · vips')
  expect(await nowhere('other')).toBe('OVN_Northbound · Logical_Switch · load_balancer')
  expect(await nowhere('away')).toBe('OVN_Northbound · Logical_Switch · load_balancer')
  expect(await nowhere('own')).toBeUndefined()
  expect(await nowhere('router')).toBeUndefined()
})
