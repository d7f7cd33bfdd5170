import { expect, it, vi } from 'vitest'
import type { HeardArp, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { recordedRoute } from '../testing/traces.ts'
import { asRouted } from './routers-own.ts'

const [GATEWAY, MAC] = ['192.168.10.254', '02:00:00:00:99:01']
const { from, posts } = recordedRoute
const route = { ...recordedRoute, to: undefined, address: GATEWAY }
const ping = { token: 't', received: 20 } as PingSeen
const answeredBy = (sourceMac: string, address = GATEWAY) => {
  const [plug] = posts
  const reply = {
    token: 't',
    icmp: 'echo-reply',
    source: address,
    destination: from.address,
    count: 20,
    firstMs: 0,
  }
  const heard = [{ ...reply, sourceMac, destinationMac: from.mac }]
  const capture = { node: plug!.node, link: plug!.links[0]!, heard, arps: [], droppedByKernel: 0 }
  return { pings: [ping], captures: [capture] } as unknown as Traffic
}

/** ls0 is joined to a router that has the address, and leads to no physical network unless told. */
const routed =
  (isPhysical = false, address = GATEWAY): Edit =>
  ({ northbound }) => {
    const [ls0] = northbound.Logical_Switch
    const localnet = northbound.Logical_Switch_Port.find(({ type }) => type === 'localnet')!
    const port = {
      ...localnet,
      _uuid: 'r',
      name: 'ls0-r0',
      type: 'router',
      options: { 'router-port': 'r0-ls0' },
    }
    northbound.Logical_Switch_Port.push(port)
    ls0!.ports = [...ls0!.ports.filter(uuid => isPhysical || uuid !== localnet._uuid), 'r']
    Object.assign(northbound, {
      Logical_Router_Port: [{ _uuid: 'p', name: 'r0-ls0', mac: MAC, networks: [`${address}/24`] }],
    })
  }
const postsOf = async (mac: string, edit: Edit) => {
  const found = await asRouted(solvedLab(edit), route, answeredBy(mac), ping)
  return found.posts.map(({ kind }) => kind)
}

it('a router of the switch that has the address, and answers, is where the path ends', async () => {
  expect(await postsOf(MAC, routed())).toEqual(['plug'])
})

it('the same on a switch that leads to a physical network, unless the address is known to be another machine’s', async () => {
  const whole = posts.map(({ kind }) => kind)
  const lab = solvedLab(routed(true))
  const answered = answeredBy(MAC)
  expect((await asRouted(lab, route, answered, ping)).posts.map(({ kind }) => kind)).toEqual(['plug'])
  const claimed = structuredClone(answered)
  const arp = { arp: 'reply', source: GATEWAY, destination: from.address, saysMac: '02:00:00:00:00:77' }
  for (const seen of claimed.captures) if ('heard' in seen) seen.arps.push(arp as HeardArp)
  expect((await asRouted(lab, route, claimed, ping)).posts.map(({ kind }) => kind)).toEqual(whole)
  const outside = '192.168.10.1'
  const taken = solvedLab(routed(true, outside))
  vi.spyOn(taken, 'wires', 'get').mockReturnValue({ ports: {}, markers: [], outside: [outside] })
  const ofOutside = await asRouted(taken, { ...route, address: outside }, answeredBy(MAC, outside), ping)
  expect(ofOutside.posts.map(({ kind }) => kind)).toEqual(whole)
})

it('somebody else who answers is not, nor is a router that nobody heard', async () => {
  const whole = posts.map(({ kind }) => kind)
  expect(await postsOf('02:00:00:00:00:77', routed())).toEqual(whole)
  expect(await postsOf(MAC, () => {})).toEqual(whole)
  const unheard = { pings: [ping], captures: [] } as unknown as Traffic
  expect((await asRouted(solvedLab(routed()), route, unheard, ping)).posts).toEqual(posts)
})
