import { describe, expect, it } from 'vitest'
import type { RouteAnswer } from '../../harness/look/evidence.ts'
import { withLook } from '../testing/diagnostics.ts'
import { ns1, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { cutUp, narrowWay, narrowWayOrReason, rememberedMtu, wayOf } from './path-mtu.ts'

const END = recordedRoute.from
const large = { ...lost.packet, bytes: 1472 }
const way = (mtu?: RouteAnswer['mtu']): RouteAnswer => ({
  to: ns1.address,
  device: 'eth0',
  ...(mtu && { mtu }),
})
const LEARNT = { bytes: 1000, isLearnt: true } as const

describe('a way that is narrower than its link', () => {
  it('is told as what is remembered, or as a route', () => {
    const remembered = narrowWay(END, way(LEARNT), large)
    expect(told(remembered)).toMatch(
      /^hypervisor · netns ns2 · route cache: ns2 remembers a path MTU of 1000 bytes to 192\.168\.10\.100/,
    )
    expect(remembered?.tryThis).toBe('sudo ip -n ns2 route get 192.168.10.100   # on hypervisor')
    expect(told(narrowWay(END, way({ bytes: 1200 }), large))).toMatch(
      /^hypervisor · netns ns2 · routes: .* has mtu 1200/,
    )
  })

  it.each([
    ['the packet fits', way({ bytes: 1500 }), large],
    ['nothing narrows it', way(), large],
    ['the packet is small', way(LEARNT), lost.packet],
    ['the packet may be cut', way(LEARNT), { ...large, mayBeCut: true }],
  ])('is no reason where %s', (_, route, packet) => {
    expect(narrowWay(END, route, packet)).toBeUndefined()
  })
})

it.each([
  ['hypervisor · eth2', 1400, undefined],
  ['hypervisor · eth2', 1500, true],
  ['hypervisor · netns ns2 · route cache', 1600, true],
  ['hypervisor · netns ns2 · route cache', 1500, undefined],
] as const)('is blamed at %s where the link out has an MTU of %i', async (where, mtu, isTunnel) => {
  const lab = solvedLab(({ kernel }) => {
    for (const { links } of Object.values(kernel)) links.find(({ name }) => name === 'eth2')!.mtu = mtu
  })
  const exit = { id: 'eth2', kind: 'exit' as const, node: 'hypervisor', links: ['eth2'], underlay: [] }
  const posts = [{ ...exit, ...(isTunnel && { isTunnel }) }]
  const found = await narrowWayOrReason(lab, END, posts, way(LEARNT), large)
  expect(told(found)).toMatch(new RegExp(`^${where}: .*ns2 remembers a path MTU of 1000 bytes`))
})

it('says what an end remembers of a way, and how it forgets', async () => {
  const asked = { to: ns1.address, from: END.address }
  const look = { look: 'routes' as const, node: 'hypervisor', netns: 'ns2', routes: [asked] }
  const known = await wayOf(solvedLab(withLook(look, [way(LEARNT)])), END, ns1.address)
  expect(rememberedMtu(END, known)?.en).toMatch(/\(sudo ip -n ns2 route flush cache makes it forget\)$/)
  expect(rememberedMtu(END, way())).toBeUndefined()
  expect(rememberedMtu(END, way({ bytes: 1200 }))).toBeUndefined()
})

it('is why the largest packets were cut up, and their pieces lost', () => {
  const broken = { ...lost, packet: { ...large, mayBeCut: true } }
  expect(cutUp(END, way(LEARNT), broken)).toMatchObject({
    broken: { place: { kind: 'stack', does: 'send' } },
    found: { where: 'hypervisor · netns ns2 · route cache' },
  })
  expect(cutUp(END, way({ bytes: 1200 }), broken)).toBeUndefined()
  expect(cutUp(END, way(), broken)).toBeUndefined()
  const answer = { ...broken, packet: { ...broken.packet, kind: 'echo-reply' as const } }
  expect(cutUp(END, way(LEARNT), answer)).toBeUndefined()
})
