import type { Northbound, Southbound } from '../../harness/look/lab.ts'
import type { LogicalRouterPort, StaticRoute } from '../../harness/ovsdb/tables.ts'

/**
 * Two routers that a switch between them joins: `tenant`, with the subnet 10.1.1.0/24 and its default route to 172.16.9.2, and
 * `edge`, which has that address, 192.168.10.60 outside on chassis `c`, and a route back.
 */
export function twoRouters() {
  const port = (name: string, network: string): LogicalRouterPort =>
    ({
      ...{ _uuid: name, name, networks: [network], mac: '02:00:00:00:00:01', peer: [], options: {} },
      ...{ gateway_chassis: [], ha_chassis_group: [], enabled: [], ipv6_ra_configs: {} },
    }) as unknown as LogicalRouterPort
  const route = (_uuid: string, ip_prefix: string, nexthop: string): StaticRoute =>
    ({
      ...{ _uuid, ip_prefix, nexthop, policy: [], output_port: [] },
      ...{ route_table: '', bfd: [], options: {} },
    }) as unknown as StaticRoute
  const joining = (name: string) => ({
    ...{ _uuid: `to-${name}`, name: `to-${name}`, type: 'router', options: { 'router-port': name } },
    ...{ addresses: ['router'], dynamic_addresses: [] },
  })
  const host = (name: string, address: string) => ({
    ...{ _uuid: name, name, type: '', options: {}, dynamic_addresses: [] },
    addresses: [`02:00:00:00:00:09 ${address}`],
  })
  const owning = { load_balancer: [] as string[], load_balancer_group: [] as string[] }
  const northbound = {
    switches: [
      { ...owning, _uuid: 'web', name: 'web', ports: ['to-tenant-web', 'w1'] },
      { ...owning, _uuid: 'hop', name: 'hop', ports: ['to-tenant-hop', 'to-edge-hop'] },
    ],
    ports: [...['tenant-web', 'tenant-hop', 'edge-hop'].map(joining), host('w1', '10.1.1.10')],
    routers: [
      {
        ...{ ...owning, _uuid: 'tenant', name: 'tenant', nat: [], options: {}, policies: [] },
        ...{ ports: ['tenant-web', 'tenant-hop'], static_routes: ['out'] },
      },
      {
        ...{ ...owning, _uuid: 'edge', name: 'edge', nat: [], options: {}, policies: [] },
        ...{ ports: ['edge-hop', 'edge-pub'], static_routes: ['further', 'back'] },
      },
    ],
    routerPorts: [
      port('tenant-web', '10.1.1.1/24'),
      port('tenant-hop', '172.16.9.1/30'),
      port('edge-hop', '172.16.9.2/30'),
      port('edge-pub', '192.168.10.60/24'),
    ],
    staticRoutes: [
      route('out', '0.0.0.0/0', '172.16.9.2'),
      route('further', '0.0.0.0/0', '192.168.10.1'),
      route('back', '10.1.0.0/22', '172.16.9.1'),
    ],
    ...{ nats: [], loadBalancers: [], bfds: [] },
  } as unknown as Northbound
  const southbound = {
    bindings: [
      {
        type: 'chassisredirect',
        logical_port: 'cr-edge-pub',
        options: { 'distributed-port': 'edge-pub' },
        chassis: ['c'],
      },
    ],
  } as unknown as Southbound
  const [tenant, edge] = northbound.routers
  const [inner] = northbound.routerPorts
  return { northbound, southbound, tenant: tenant!, edge: edge!, inner: inner! }
}
