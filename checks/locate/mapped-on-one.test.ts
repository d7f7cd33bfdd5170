import { expect, it } from 'vitest'
import type { Place } from '../heard/bracket.ts'
import { across } from '../testing/heard.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { locate } from './locate.ts'

const [, leaves, arrives, last] = across.posts as [Post, Post, Post, Post]
type Post = (typeof across.posts)[number]

const unmapped =
  (node: 'controller' | 'hypervisor'): Edit =>
  ({ ovs }) => {
    delete ovs[node].Open_vSwitch[0].external_ids['ovn-bridge-mappings']
  }
const located = async (place: Place, ...edits: Edit[]) =>
  told(await locate(solvedLab(...edits), recordedRoute, { ...lost, place }))

it.each<[string, Place]>([
  ['between the nodes', { kind: 'wire', from: arrives, to: leaves }],
  ['in a bridge', { kind: 'bridge', node: 'controller', enters: last, leaves: arrives }],
])('where one node alone maps the network, the other is why packets are lost %s', async (_, place) => {
  const key = 'Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings'
  expect(await located(place, unmapped('hypervisor'))).toContain(`hypervisor · ${key}`)
  expect(await located(place, unmapped('controller'))).toContain(`controller · ${key}`)
})

it('where neither node maps it, the tunnel carries both ways, and the loss has another reason', async () => {
  const both = [unmapped('controller'), unmapped('hypervisor')]
  expect(await located({ kind: 'wire', from: arrives, to: leaves }, ...both)).not.toContain('mappings')
})
