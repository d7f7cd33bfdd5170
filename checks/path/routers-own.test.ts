import { expect, it } from 'vitest'
import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { asRouted } from './routers-own.ts'
import { recordedRoute } from './testing/traces.ts'

const [GATEWAY, MAC] = ['192.168.10.254', '02:00:00:00:99:01']
const { from, posts } = recordedRoute
const route = { ...recordedRoute, to: undefined, address: GATEWAY }
const ping = { token: 't', received: 20 } as PingSeen
const answeredBy = (sourceMac: string) => {
  const [plug] = posts
  const reply = {
    token: 't',
    icmp: 'echo-reply',
    source: GATEWAY,
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
  (isPhysical = false): Edit =>
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
      Logical_Router_Port: [{ _uuid: 'p', name: 'r0-ls0', mac: MAC, networks: [`${GATEWAY}/24`] }],
    })
  }
const postsOf = async (mac: string, edit: Edit) => {
  const found = await asRouted(solvedLab(edit), route, answeredBy(mac), ping)
  return found.posts.map(({ kind }) => kind)
}

it('a router of the switch that has the address, and answers, is where the path ends', async () => {
  expect(await postsOf(MAC, routed())).toEqual(['plug'])
})

it('somebody else who answers is not, nor is a router where the address may be a machine’s outside', async () => {
  const whole = posts.map(({ kind }) => kind)
  expect(await postsOf('02:00:00:00:00:77', routed())).toEqual(whole)
  expect(await postsOf(MAC, routed(true))).toEqual(whole)
  expect(await postsOf(MAC, () => {})).toEqual(whole)
  const unheard = { pings: [ping], captures: [] } as unknown as Traffic
  expect((await asRouted(solvedLab(routed()), route, unheard, ping)).posts).toEqual(posts)
})
