import { expect, it } from 'vitest'
import type { LogicalTraceSeen } from '../../harness/look/evidence.ts'
import type { StaticRoute } from '../../harness/ovsdb/tables.ts'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { hasWayOut } from './has-way-out.ts'

const way = { router: OUTER, host: ns1.address, foreign: '203.0.113.10', nextHop: '192.168.10.1' }

const route =
  (change: Partial<StaticRoute>): Edit =>
  ({ northbound }) => {
    Object.assign(northbound.Logical_Router_Static_Route[0]!, change)
  }

const another =
  (ip_prefix: string): Edit =>
  ({ northbound }) => {
    const [first] = northbound.Logical_Router_Static_Route
    northbound.Logical_Router_Static_Route.push({ ...first!, _uuid: 'another', ip_prefix })
    for (const router of northbound.Logical_Router) router.static_routes.push('another')
  }

/** The route is used only while BFD hears its next hop. */
const watched =
  (...status: string[]): Edit =>
  evidence => {
    route({ bfd: ['b'] })(evidence)
    Object.assign(evidence.northbound, {
      BFD: [{ _uuid: 'b', logical_port: 'lr0-ls1', dst_ip: '192.168.10.1', status }],
    })
  }

it.each<[string, Edit[]]>([
  ['a default route', []],
  ['a default route out by its own port', [route({ output_port: ['lr0-ls1'] })]],
  ['a default route whose next hop BFD hears', [watched('up')]],
  ['a default route whose next hop BFD has not asked yet', [watched()]],
  ['each half of the Internet', [route({ ip_prefix: '128.0.0.0/1' }), another('0.0.0.0/1')]],
  ['all that comes from ns1', [route({ ip_prefix: '192.168.100.0/24', policy: ['src-ip'] })]],
])('holds with a route for %s', async (_, edits) => {
  await expect(hasWayOut(gatewayLab(...edits), way)).resolves.toBeUndefined()
})

const alsoOn =
  (...networks: string[]): Edit =>
  ({ northbound }) => {
    northbound.Logical_Router_Port.find(({ name }) => name === 'lr0-ls1')!.networks.push(...networks)
  }

/** What comes in by the port of ns1 is looked up in one table alone. */
const insideAsks =
  (route_table: string): Edit =>
  ({ northbound }) => {
    northbound.Logical_Router_Port.find(({ name }) => name === 'lr0-ls0')!.options = { route_table }
  }

it('holds where the port of ns1 uses the table of the route', async () => {
  const edits = [route({ route_table: 'blue' }), insideAsks('blue')]
  await expect(hasWayOut(gatewayLab(...edits), way)).resolves.toBeUndefined()
})

it('holds where a port has a subnet that is wider than the route', async () => {
  const edits = [another('203.0.113.0/24'), alsoOn('203.0.0.1/16')]
  await expect(hasWayOut(gatewayLab(...edits), way)).resolves.toBeUndefined()
})

it.each<[string, Edit]>([
  ['Logical_Router_Port · networks', alsoOn('203.0.113.1/24')],
  ['Logical_Router_Port · networks', alsoOn('203.0.113.10/32')],
  ['Logical_Router_Static_Route · nexthop', route({ nexthop: '192.168.10.11' })],
  ['Logical_Router_Static_Route · route_table', route({ route_table: 'blue' })],
  ['Logical_Router_Port · options:route_table', insideAsks('blue')],
  ['Logical_Router_Static_Route · bfd', watched('down')],
  ['Logical_Router_Static_Route · output_port', route({ output_port: ['lr0-ls9'] })],
  ['Logical_Router_Static_Route · ip_prefix', route({ ip_prefix: '10.0.0.0/8' })],
  ['Logical_Router_Static_Route · ip_prefix', route({ ip_prefix: '128.0.0.0/1' })],
  ['Logical_Router_Static_Route · ip_prefix', route({ ip_prefix: '203.0.113.10' })],
  [
    'Logical_Router · static_routes',
    ({ northbound }) => {
      for (const router of northbound.Logical_Router) router.static_routes = []
    },
  ],
])('names %s', async (place, edit) => {
  const { where } = await unmet(hasWayOut(gatewayLab(edit), way))
  expect(where).toBe(`OVN_Northbound · ${place}`)
})

it('says in each language why a route is in no use', async () => {
  const { saw } = await unmet(hasWayOut(gatewayLab(route({ output_port: ['lr0-ls9'] })), way))
  expect(saw.en).toContain('(output_port = lr0-ls9, which this router does not have)')
  expect(saw['zh-TW']).toContain('（output_port = lr0-ls9，這個 router 沒有這個 port）')
})

/** The router has a policy, and packets to the server and to four machines all over the Internet are traced so. */
const traced =
  (...traces: LogicalTraceSeen[]): Edit =>
  ({ northbound, looks }) => {
    for (const router of northbound.Logical_Router) router.policies.push('a policy')
    looks['logical-traces'] = traces
  }
const OUT = { outputs: ['ls1-localnet'] }

it('holds where policies close a part of the Internet', async () => {
  const closed = traced(OUT, { outputs: [] }, OUT, OUT, {})
  await expect(hasWayOut(gatewayLab(closed), way)).resolves.toBeUndefined()
})

it.each<[string, LogicalTraceSeen]>([
  ['close it', { outputs: [] }],
  ['lead it inside', { outputs: ['ls0-ns1'] }],
  ['lead it to another next hop', { ...OUT, asksFor: '192.168.10.99' }],
])('does not hold where policies %s', async (_, lost) => {
  expect(await unmet(hasWayOut(gatewayLab(traced(OUT, lost, lost, lost, lost)), way))).toMatchObject({
    where: 'OVN_Northbound · Logical_Router_Policy',
  })
})

it('does not hold where a narrower route leads a part of the Internet elsewhere; private networks may have one', async () => {
  const away =
    (ip_prefix: string): Edit =>
    evidence => {
      another(ip_prefix)(evidence)
      evidence.northbound.Logical_Router_Static_Route.at(-1)!.nexthop = 'discard'
    }
  const { where, saw } = await unmet(hasWayOut(gatewayLab(away('93.184.216.0/24')), way))
  expect(where).toBe('OVN_Northbound · Logical_Router_Static_Route · nexthop')
  expect(saw.en).toContain('93.184.216.0/24 via discard')
  await expect(hasWayOut(gatewayLab(away('172.16.0.0/12')), way)).resolves.toBeUndefined()
})

it('says which route by source is taken in place of the default one', async () => {
  const bySource: Edit = ({ northbound }) => {
    another('192.168.100.0/24')({ northbound } as Parameters<Edit>[0])
    Object.assign(northbound.Logical_Router_Static_Route.at(-1)!, {
      policy: ['src-ip'],
      nexthop: '192.168.10.77',
    })
  }
  const { saw } = await unmet(hasWayOut(gatewayLab(bySource), way))
  expect(saw.en).toMatch(/; that of the source 192\.168\.100\.0\/24 via 192\.168\.10\.77 is the narrowest/)
})
