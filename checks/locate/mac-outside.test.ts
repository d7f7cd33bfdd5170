import { expect, it } from 'vitest'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { OUTSIDE } from '../testing/heard.ts'
import { ns1, solvedLab } from '../testing/solved-lab.ts'
import { recordedRoute } from '../testing/traces.ts'
import { macOutside } from './mac-outside.ts'

const learnt = (address: string, mac: string | undefined) => {
  const stack = (node: 'controller' | 'hypervisor', netns: string, known: object[]) =>
    withLook({ look: 'stack', node, netns, routes: [] }, { ...quietStack, neighbours: known })
  return macOutside(
    solvedLab(
      stack('controller', 'ns1', []),
      stack('hypervisor', 'ns2', [{ address, device: 'eth0', ...(mac && { mac }), states: ['STALE'] }]),
    ),
    recordedRoute,
  )
}
const { mac } = recordedRoute.to!

it('names an end whose MAC address a machine outside has as well', async () => {
  expect(await learnt(OUTSIDE, mac)).toMatchObject({ where: 'controller · netns ns1', cause: 'mac-twice' })
})

it.each<[string, string, string | undefined]>([
  ['the end itself', ns1.address, mac],
  ['a machine outside with a MAC of its own', OUTSIDE, '02:00:00:00:00:99'],
  ['one that has not answered', OUTSIDE, undefined],
])('says nothing of %s', async (_, address, known) => {
  expect(await learnt(address, known)).toBeUndefined()
})
