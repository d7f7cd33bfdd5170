import { expect, it } from 'vitest'
import type { ArpFacts, NetworkStack, Request, RouteAnswer, TraceSeen } from '../../harness/look/evidence.ts'
import { type Edit, localportLab, ns1, ns2, onController, path } from '../testing/localport-lab.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { unmet } from '../testing/outcome.ts'

const kept = (...edits: Edit[]) => path.keptFrom(onController, ns2)(localportLab(...edits))
const seen = (datapathActions: string): TraceSeen => ({ bridges: [], steps: [], datapathActions })
const INTO_TUNNEL = seen('tnl_push(tnl_port(2),header(type=5,tun_id=0x1),out_port(3))')
const PASSED_ON = { to: ns2.address, device: 'eth0' }

interface Told {
  route?: Partial<RouteAnswer>
  written?: boolean
  stack?: Partial<NetworkStack>
  isKept?: boolean
}

/** An edit: ns3 sends what is for ns2 to ns1, whose kernel says where that goes; what ns1 sends gets out, all else stays. */
const by =
  ({ route = {}, written = false, stack = { routes: [PASSED_ON] }, isKept = false }: Told): Edit =>
  evidence => {
    const { mac } = evidence.kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!
    const plug = evidence.kernel.controller.datapath?.find(({ name }) => name === 'veth-ns1-br')
    const neighbours: ArpFacts['neighbours'] = written
      ? [{ address: ns2.address, device: 'eth0', mac, states: ['PERMANENT'] }]
      : []
    evidence.told = (request: Request) => {
      if (request.look === 'routes' && request.netns === 'ns3')
        return request.routes.map(({ to }) => ({ to, device: 'eth0', ...route }))
      if (request.look === 'arp') return { neighbours, chains: [], solicits: {} }
      if (request.look === 'stack') return { chains: [], ...stack }
      if (request.look !== 'traces') return undefined
      return request.packets.map(({ flow }) =>
        flow.includes(`dl_dst=${mac}`)
          ? seen(String(plug?.number))
          : flow.includes(`dl_src=${mac}`) && !isKept
            ? INTO_TUNNEL
            : seen('drop'),
      )
    }
  }
const BY_ROUTE: Told = { route: { gateway: ns1.address } }

it.each<[string, Told, string]>([
  ['a route', BY_ROUTE, 'routes'],
  ['a MAC address that is written down', { written: true }, 'neighbours'],
])('leaves the node where ns1 passes it on, to which %s leads', async (_, told, where) => {
  const { where: place, saw } = await unmet(kept(by(told)))
  expect(place).toBe(`controller · netns ns3 · ${where}`)
  expect(saw.en).toContain('to ns1, whose kernel passes it on')
})

it.each<[string, Told]>([
  ['nothing leads to it', {}],
  [
    'it passes nothing on',
    { ...BY_ROUTE, stack: { routes: [{ to: ns2.address, error: 'No route to host' }] } },
  ],
  ['what it sends stays', { ...BY_ROUTE, isKept: true }],
  [
    'a filter of it drops what it passes on',
    {
      ...BY_ROUTE,
      stack: {
        routes: [PASSED_ON],
        chains: chain('ip', 'forward', [[field('ip', 'protocol', 'icmp'), DROP]]),
      },
    },
  ],
])('stays where %s', async (_, told) => {
  await expect(kept(by(told))).resolves.toBeUndefined()
})
