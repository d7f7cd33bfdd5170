import { describe, expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { RouteAnswer } from '../../harness/look/stack.ts'
import { underlayRefused, underlayRouteAstray } from '../diagnosis/underlay-route.ts'
import type { Break } from '../heard/bracket.ts'
import type { Route } from '../route/route.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { detoured, tunnelRouteAstray } from './tunnel-route.ts'

const REMOTE = '192.168.33.20'
const routed = (answer: Omit<RouteAnswer, 'to'>) =>
  solvedLab(
    withLook(
      { look: 'stack', node: 'controller', routes: [{ to: REMOTE }] },
      { ...quietStack, routes: [{ to: REMOTE, ...answer }] },
    ),
  )
const broken = {
  packet: { kind: 'echo-request', source: '192.168.10.100', destination: '192.168.10.200' },
} as Break
const found = (answer: Omit<RouteAnswer, 'to'>) =>
  underlayRouteAstray(routed(answer), 'controller', 'hypervisor')

describe('the route of a node to another chassis', () => {
  it('is named where it leaves the subnet on which both are', async () => {
    expect(told((await found({ device: 'eth0', gateway: '10.0.2.20' }))!)).toMatch(
      /^controller · routes: a route of controller sends packets for 192\.168\.33\.20, .* through eth0 via 10\.0\.2\.20, not directly through \S*eth1, which has 192\.168\.33\.10$/,
    )
    expect((await found({ error: 'No route to host' }))?.saw.en).toMatch(
      /^a route or rule of type unreachable on controller refuses packets for .*No route to host$/,
    )
    expect((await found({ error: 'Network is unreachable' }))?.saw.en).toMatch(/has no route to /)
  })
  it('refuses what is for that chassis, whatever the datapath makes of it', async () => {
    const refused = (answer: Omit<RouteAnswer, 'to'>) => {
      const request = { look: 'routes' as const, node: 'controller', routes: [{ to: REMOTE }] }
      const lab = solvedLab(withLook(request, [{ to: REMOTE, ...answer }]))
      return underlayRefused(lab, 'controller', 'hypervisor')
    }
    expect((await refused({ error: 'Invalid argument' }))?.saw.en).toMatch(/of type blackhole on controller/)
    expect(await refused({ device: 'eth0', gateway: '10.0.2.20' })).toBeUndefined()
    expect(await underlayRefused(solvedLab(), 'controller', 'hypervisor')).toBeUndefined()
  })
  it('is none where it stays there, where nobody could look, and for a chassis on another subnet', async () => {
    const { links } = await solvedLab().kernel('controller')
    const own = links.find(({ addresses }) => addresses.some(({ address }) => address === '192.168.33.10'))
    expect(await found({ device: own!.name })).toBeUndefined()
    expect(await underlayRouteAstray(solvedLab(), 'controller', 'hypervisor')).toBeUndefined()
  })
  it('is that of Open vSwitch itself where the trace says so', async () => {
    const seen = (...notes: string[]): TraceSeen => ({
      steps: [{ bridge: 'br-int', table: 42, flow: 'x', cookie: '0', actions: ['output:1'], notes }],
      ...{ bridges: ['br-int'], datapathActions: 'drop' },
    })
    const found = (...notes: string[]) =>
      tunnelRouteAstray(solvedLab(), 'controller', REMOTE, seen(...notes), broken)
    const elsewhere = await found('output to native tunnel', 'tunneling to 10.66.0.9 via br-x')
    expect(told(elsewhere!)).toBe(
      'controller · ovs-vswitchd · routes: Open vSwitch on controller sends Geneve for 192.168.33.20 to 10.66.0.9 via br-x, and 192.168.33.10 is not on br-x',
    )
    expect((await found('native tunnel routing failed'))?.saw.en).toMatch(/has no route to 192\.168\.33\.20/)
    const { links } = await solvedLab().kernel('controller')
    const own = links.find(({ addresses }) => addresses.some(({ address }) => address === '192.168.33.10'))
    expect(await found(`tunneling to ${REMOTE} via ${own!.name}`)).toBeUndefined()
    const detour = seen(`tunneling to 192.168.33.77 via ${own!.name}`)
    const direct = routed({ device: own!.name })
    expect((await tunnelRouteAstray(direct, 'controller', REMOTE, detour, broken))?.saw.en).toBe(
      'Open vSwitch on controller sends Geneve for 192.168.33.20 to 192.168.33.77; the routes of controller itself lead to 192.168.33.20',
    )
    const byRouter = routed({ device: own!.name, gateway: '192.168.33.77' })
    expect(await tunnelRouteAstray(byRouter, 'controller', REMOTE, detour, broken)).toBeUndefined()
    expect(await found()).toBeUndefined()
  })
  it('is missing for a packet that somebody gave a mark', async () => {
    const step = { bridge: 'br-int', table: 19, cookie: '0', notes: [] }
    const trace: TraceSeen = {
      steps: [
        { ...step, flow: 'priority 60000,icmp', actions: ['load:0x7->NXM_NX_PKT_MARK[]', 'output:9'] },
        { ...step, table: 42, flow: 'x', actions: ['output:1'], notes: ['native tunnel routing failed'] },
      ],
      ...{ bridges: ['br-int'], datapathActions: 'drop' },
    }
    expect(told((await tunnelRouteAstray(solvedLab(), 'controller', REMOTE, trace, broken))!)).toMatch(
      /^controller · br-int · OpenFlow: .*load:0x7->NXM_NX_PKT_MARK/,
    )
  })
  it('is looked at for every two nodes of a path through a tunnel', async () => {
    const post = (node: string) => ({
      id: node,
      kind: 'exit',
      node,
      links: ['eth1'],
      underlay: [],
      isTunnel: true,
    })
    const posts = ['controller', 'hypervisor'].map(post) as Route['posts']
    const astray = routed({ device: 'eth0' })
    expect((await detoured(astray, { posts }))?.where).toBe('controller · routes')
    expect(await detoured(astray, { posts: posts.slice(0, 1) })).toBeUndefined()
  })
})
