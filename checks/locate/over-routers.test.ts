import { expect, it } from 'vitest'
import { twoRouters } from '../testing/two-routers.ts'
import { ledAway, notHandedOn } from './over-routers.ts'

const back = (change: (lab: ReturnType<typeof twoRouters>) => void = () => {}) => {
  const lab = twoRouters()
  change(lab)
  const found = notHandedOn(lab.northbound, lab.edge, { host: '192.168.10.1', foreign: '10.1.1.10' })
  return found && [found.where, found.saw.en]
}
const ROUTE = 'OVN_Northbound · Logical_Router_Static_Route · nexthop'

it('is nothing where each router has a route to the next one', () => {
  expect(back()).toBeUndefined()
})

it.each<[string, (lab: ReturnType<typeof twoRouters>) => void, string, RegExp]>([
  [
    'a router that has no route at all',
    ({ northbound }) => void northbound.staticRoutes.splice(1),
    'OVN_Northbound · Logical_Router · static_routes',
    /^edge has no route for 10\.1\.1\.10/,
  ],
  [
    'a route in a table that no port looks up',
    ({ northbound }) => {
      northbound.staticRoutes.splice(1, 1)
      northbound.staticRoutes[1]!.route_table = 'other'
    },
    'OVN_Northbound · Logical_Router_Static_Route · route_table',
    /; its route for 10\.1\.0\.0\/22 is not in use: route_table = other$/,
  ],
  [
    'a route that leads out again',
    ({ northbound }) => void northbound.staticRoutes.pop(),
    ROUTE,
    /^edge sends what is for 10\.1\.1\.10 to 192\.168\.10\.1 .*no other router of OVN has that address$/,
  ],
  [
    'a next hop that no switch joins it to',
    ({ northbound }) => {
      northbound.ports[1]!.options['router-port'] = 'tenant-h0p'
    },
    'OVN_Northbound · Logical_Switch_Port · options:router-port',
    /172\.16\.9\.1 .*which tenant-hop of tenant has, but no switch joins that to edge-hop$/,
  ],
])('is %s', (_, change, where, saw) => {
  expect(back(change)).toEqual([where, expect.stringMatching(saw)])
})

it('leads a sender out of OVN, where the end that is asked for is at a router', async () => {
  const { northbound, tenant, inner } = twoRouters()
  const joints = [{ router: tenant, port: inner, peer: northbound.ports[0]! }]
  const led = async (address: string, isTakenByOvn = true) => {
    const route = {
      from: { address: '10.1.1.10' },
      to: { address },
      routed: { from: { joints } },
      isTakenByOvn,
    }
    return (await ledAway({ northbound: async () => northbound } as never, route as never))?.where
  }
  expect(await led('10.7.7.7')).toBe(ROUTE)
  expect(await led('10.7.7.7', false)).toBeUndefined()
  expect(await led('10.1.1.20')).toBeUndefined()
})
