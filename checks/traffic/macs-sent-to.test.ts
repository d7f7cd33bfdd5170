import { expect, it } from 'vitest'
import type { ArpFacts, Request, RouteAnswer, TraceSeen } from '../../harness/look/evidence.ts'
import { byHand } from '../testing/diagnostics.ts'
import { type Edit, localportLab, ns2, onController, path } from '../testing/localport-lab.ts'
import { unmet } from '../testing/outcome.ts'

const ROUTER = '00:00:00:00:08:01'
const kept = (...edits: Edit[]) => path.keptFrom(onController, ns2)(localportLab(...edits))
const seen = (datapathActions: string): TraceSeen => ({ bridges: [], steps: [], datapathActions })
const INTO_TUNNEL = 'tnl_push(tnl_port(2),header(type=5,tun_id=0x1),out_port(3))'

/** An edit: what bears the router's MAC address gets out, all else stays; and what the namespace's kernel says. */
const through =
  (
    route: Partial<RouteAnswer>,
    neighbours: ArpFacts['neighbours'] = [],
    out: TraceSeen = seen(INTO_TUNNEL),
  ): Edit =>
  evidence => {
    Object.assign(evidence.northbound, {
      Logical_Router_Port: [{ _uuid: 'r', name: 'lr0-ls0', mac: ROUTER, networks: ['10.0.1.1/24'] }],
      Logical_Router: [],
    })
    evidence.told = (request: Request) => {
      if (request.look === 'routes' && request.netns === 'ns3')
        return [{ to: ns2.address, device: 'eth0', ...route }]
      if (request.look === 'arp') return { neighbours, chains: [], solicits: {} }
      if (request.look !== 'traces') return undefined
      return request.packets.map(({ flow }) => (flow.includes(`dl_dst=${ROUTER}`) ? out : seen('drop')))
    }
  }
const written = (address: string) => [{ address, device: 'eth0', mac: ROUTER, states: ['PERMANENT'] }]

it.each<[string, Edit]>([
  ['a route by way of a router', through({ gateway: '10.0.1.1' })],
  ['a MAC address written down for the receiver', through({}, written(ns2.address))],
  ['one for a next hop that no router of OVN is', through({ gateway: '10.0.1.9' }, written('10.0.1.9'))],
])('leaves the node by %s', async (_, edit) => {
  expect((await unmet(kept(edit))).where).toBe('controller · br-int · OpenFlow')
})

/** What ovn-controller gets from a flow that asks for the MAC address of a next hop. */
const asksFor = (hex: string): TraceSeen => ({
  ...seen('drop'),
  steps: [
    { ...byHand('br-int', 'ip', 'pop:NXM_NX_REG0[]'), notes: [`NXM_NX_REG0[] is now 0x${hex}`] },
    byHand('br-int', 'ip', 'controller(userdata=00.00.00.00.00,pause)'),
  ],
})

it('leaves the node once the router has asked for the MAC address of ns2, and for nobody else', async () => {
  const asked = (hex: string) => kept(through({ gateway: '10.0.1.1' }, [], asksFor(hex)))
  expect((await unmet(asked('a000114'))).saw.en).toContain('would take it, ask')
  await expect(asked('a0001fe')).resolves.toBeUndefined()
})

it('stays where the router is nobody that it would send this to', async () => {
  await expect(kept(through({}))).resolves.toBeUndefined()
  await expect(kept(through({}, written('10.0.1.77')))).resolves.toBeUndefined()
})
