import { expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { Lab } from './lab.ts'
import { inOwnNames } from './own-names.ts'

const TOLD = {
  where: 'OVN_Northbound · ACL · action',
  try: 'sudo ovn-nbctl list ACL',
  hops: [{ where: 'OVN_Southbound · Encap · ip', try: 'sudo ovn-sbctl show' }],
}
const labOf = (central: (database?: string) => Promise<string>) => ({ central }) as unknown as Lab

it('names the nodes that have the databases, each by its own name', async () => {
  const lab = labOf(async database => (database === 'OVN_Northbound' ? 'db-1' : 'db-2'))
  expect(await inOwnNames(lab, TOLD)).toEqual({
    where: 'db-1 · OVN_Northbound · ACL · action',
    try: 'sudo ovn-nbctl list ACL   # on db-1',
    hops: [{ where: 'db-2 · OVN_Southbound · Encap · ip', try: 'sudo ovn-sbctl show   # on db-2' }],
  })
})

it.each([
  ['another place', { where: 'controller · netns ns1 · routes', try: 'ip route   # on controller' }],
  ['a node by name', { where: 'controller · OVN_Northbound', try: 'sudo ovn-nbctl show   # on controller' }],
])('leaves what is about %s, whatever the node is called', async (_, told) => {
  expect(
    await inOwnNames(
      labOf(async () => 'db-1'),
      told,
    ),
  ).toEqual(told)
})

it('names no node where nobody knows which it is', async () => {
  const blind = labOf(() => Promise.reject(new CannotLook(same('no answer'))))
  expect(await inOwnNames(blind, TOLD)).toEqual(TOLD)
})
