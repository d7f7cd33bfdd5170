import { expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { same } from '../core/text.ts'
import type { Lab } from './lab.ts'
import { inOwnNames } from './own-names.ts'

const TOLD = {
  where: 'controller · OVN_Northbound · ACL · action',
  try: 'sudo ovn-nbctl list ACL   # on controller',
  hops: [{ where: 'controller · OVN_Southbound · Encap · ip', try: 'sudo ovn-sbctl show   # on controller' }],
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

it('leaves what is about another place, and everything where nobody knows who has them', async () => {
  const lab = labOf(async () => 'db-1')
  const other = { where: 'controller · ns1 · routes', try: 'ip route   # on hypervisor' }
  expect(await inOwnNames(lab, other)).toEqual(other)
  const blind = labOf(() => Promise.reject(new CannotLook(same('no answer'))))
  expect(await inOwnNames(blind, TOLD)).toEqual(TOLD)
})
