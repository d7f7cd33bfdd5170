import { expect, it } from 'vitest'
import { twoRouters } from '../testing/two-routers.ts'
import { hostOf, isTakenByOvn, leavingBy } from './through-routers.ts'

const left = (change: (lab: ReturnType<typeof twoRouters>) => void = () => {}, foreign = '203.0.113.10') => {
  const lab = twoRouters()
  change(lab)
  const { northbound, southbound, tenant: router, inner: port } = lab
  const found = leavingBy(northbound, southbound, { router, port }, { host: '10.1.1.10', foreign })
  return found && [found.port.name, ...found.routers.map(({ name }) => name)]
}

it.each(['203.0.113.10', '192.168.10.1'])('leaves for %s by the port of the second router', foreign => {
  expect(left(undefined, foreign)).toEqual(['edge-pub', 'tenant', 'edge'])
})

it.each<[string, (lab: ReturnType<typeof twoRouters>) => void]>([
  ['the first router has no route', ({ northbound }) => void northbound.staticRoutes.shift()],
  [
    'no switch joins the two',
    ({ northbound }) => {
      northbound.ports[2]!.options['router-port'] = 'x'
    },
  ],
  [
    'no chassis has the port',
    ({ southbound }) => {
      southbound.bindings[0]!.chassis = []
    },
  ],
  [
    'each sends it to the other',
    ({ northbound }) => {
      northbound.staticRoutes[1]!.nexthop = '172.16.9.1'
    },
  ],
])('does not leave where %s', (_, change) => {
  expect(left(change)).toBeUndefined()
})

it('leaves by peers of each other as well, without a switch between them', () => {
  const peers = ({ northbound }: ReturnType<typeof twoRouters>) => {
    northbound.ports.splice(1, 2)
    northbound.routerPorts[1]!.peer = ['edge-hop']
  }
  expect(left(peers)).toEqual(['edge-pub', 'tenant', 'edge'])
})

it('does not leave for a subnet beside it, though the default route leads out', () => {
  const beside = ({ northbound, tenant }: ReturnType<typeof twoRouters>) => {
    northbound.routerPorts.push({
      ...northbound.routerPorts[0]!,
      _uuid: 'db',
      name: 'db',
      networks: ['10.1.2.1/24'],
    })
    tenant.ports.push('db')
  }
  expect(left(beside, '10.1.2.10')).toBeUndefined()
  expect(left(beside)).toEqual(['edge-pub', 'tenant', 'edge'])
})

it('knows what OVN itself takes: addresses of routers, of NAT into OVN, and of load balancers that are in use', () => {
  const { northbound, tenant, inner } = twoRouters()
  const joints = [{ router: tenant, port: inner, peer: northbound.ports[0]! }]
  const takes = (address: string) => isTakenByOvn(northbound, joints, { host: '10.1.1.10', foreign: address })
  expect(['172.16.9.2', '192.168.10.60', '10.96.0.1', '192.168.10.61'].map(takes)).toEqual([
    ...[true, true],
    ...[false, false],
  ])
  northbound.nats.push({ type: 'dnat_and_snat', external_ip: '192.168.10.61' } as never)
  northbound.loadBalancers.push({ _uuid: 'lb', vips: { '10.96.0.1:80': '' } } as never)
  expect(takes('192.168.10.61')).toBe(true)
  expect(takes('10.96.0.1')).toBe(false)
  // What a router brings to a switch is not for that one's load balancers.
  northbound.switches[1]!.load_balancer = ['lb']
  expect(takes('10.96.0.1')).toBe(false)
  northbound.switches[0]!.load_balancer = ['lb']
  expect(takes('10.96.0.1')).toBe(true)
  northbound.switches[0]!.load_balancer = []
  northbound.routers[1]!.load_balancer = ['lb']
  expect(takes('10.96.0.1')).toBe(true)
  // A router that no route leads to.
  northbound.staticRoutes.splice(0, 1)
  expect(takes('10.96.0.1')).toBe(false)
  expect(isTakenByOvn(northbound, [], { host: '10.1.1.10', foreign: '10.96.0.1' })).toBe(false)
})

it.each([
  ['10.96.0.1:80', '10.96.0.1'],
  ['10.96.0.1', '10.96.0.1'],
  ['[fd00::1]:80', 'fd00::1'],
  ['fd00::1', 'fd00::1'],
])('reads %s as %s', (words, address) => {
  expect(hostOf(words)).toBe(address)
})
