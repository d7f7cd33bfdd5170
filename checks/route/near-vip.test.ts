import { expect, it } from 'vitest'
import { type Edit, ns1, routedLab } from '../testing/routed-lab.ts'
import { endOf } from './end.ts'
import { routeBetween } from './medium.ts'
import { macsAt } from './routed.ts'

const VIP = '192.168.1.100'
const balanced: Edit = ({ northbound }) => {
  const tables = northbound as unknown as Record<string, Record<string, unknown>[]>
  tables.Load_Balancer = [{ _uuid: 'lb', name: 'svc', vips: { [`${VIP}:80`]: '10.10.0.1:80' }, protocol: [] }]
  for (const router of tables.Logical_Router!) router.load_balancer = ['lb']
}
const route = async (...edits: Edit[]) => {
  const lab = routedLab(...edits)
  return routeBetween(lab, (await endOf(lab, ns1))!, undefined, VIP)
}

it('a VIP in the sender’s own subnet is taken by OVN, and who is asked for it and answers no row tells', async () => {
  const taken = await route(balanced)
  expect(taken.isTakenByOvn).toBe(true)
  const [post] = taken.posts
  expect(macsAt(taken, { post: post!, direction: 'request' }).destination).toBeUndefined()
  expect(macsAt(taken, { post: post!, direction: 'reply' }).source).toBeUndefined()
})

it('any other address there is somebody’s', async () => {
  expect((await route()).isTakenByOvn).toBeUndefined()
})
