import { expect, it } from 'vitest'
import { Lab } from '../../harness/look/lab.ts'
import { type Edit, named, ns1, solvedLab } from '../testing/solved-lab.ts'
import { tooWide } from './too-wide.ts'

const WIDE = 9000
const wide: Edit = ({ kernel }) => {
  named(kernel.controller.netns.ns1!, 'eth0').mtu = WIDE
}
const wherever = async (bytes: number, at: { name: string; mtu: number }, ...edits: Edit[]) =>
  (await tooWide(solvedLab(wide, ...edits), { node: 'controller', ...at }, { source: ns1.address, bytes }))
    ?.where

it('blames a sender whose link has room for more than its network', async () => {
  expect(await wherever(WIDE, { name: 'eth2', mtu: 1500 })).toBe('controller · netns ns1')
  expect(await wherever(WIDE, { name: 'veth-ns1-br', mtu: 1500 })).toBe('controller · netns ns1')
})

it('blames none where the cable of another end is the one that was forgotten', async () => {
  const ownCable: Edit = ({ kernel }) => {
    named(kernel.controller.links, 'veth-ns1-br').mtu = WIDE
  }
  expect(await wherever(WIDE, { name: 'veth-ns3-br', mtu: 1500 }, ownCable)).toBeUndefined()
})

it('blames none where the device is narrower than it was made, or than its fellow on another node', async () => {
  expect(await wherever(WIDE, { name: 'eth2', mtu: 1400 })).toBeUndefined()
  const fellow: Edit = ({ kernel }) => {
    named(kernel.hypervisor.links, 'eth2').mtu = WIDE
  }
  expect(await wherever(WIDE, { name: 'eth2', mtu: 1500 }, fellow)).toBeUndefined()
})

it('blames none on machines of which nobody knows how they were made', async () => {
  const lab = new Lab({ lab: 'own', nodes: [] } as never)
  expect(
    await tooWide(lab, { node: 'a', name: 'eth1', mtu: 1400 }, { source: ns1.address, bytes: 1500 }),
  ).toBeUndefined()
})
