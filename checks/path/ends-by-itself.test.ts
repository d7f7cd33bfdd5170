import { expect, it } from 'vitest'
import { crossingsOf } from '../heard/crossings.ts'
import { withLook } from '../testing/diagnostics.ts'
import { ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { probeOf } from '../traffic/traffic.ts'
import { endsByItself } from './ends-by-itself.ts'

const found = async (...flows: [match: string, actions: string][]) => {
  const all = flows.map(([match, actions]) => ({ table: 0, priority: 0, cookie: '0', match, actions }))
  const lab = solvedLab(withLook({ look: 'flows', node: 'hypervisor', bridge: 'br-eth2' }, all))
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return endsByItself(lab, route, 'hypervisor', crossingsOf(route, traffic, ping))
}

it('tells a bridge whose every flow that passes packets ends by itself', async () => {
  expect(await found(['hard_timeout=240', 'NORMAL'], ['icmp', 'drop'])).toMatchObject({
    where: 'hypervisor · br-eth2 · OpenFlow',
  })
})

it('says nothing where one stays, as where a bridge learns by flows', async () => {
  expect(await found(['', 'NORMAL'], ['icmp,hard_timeout=60', 'NORMAL'])).toBeUndefined()
  expect(
    await found(['idle_timeout=300,dl_dst=02:00:00:00:00:01', 'output:1'], ['', 'FLOOD']),
  ).toBeUndefined()
  expect(await found(['', 'NORMAL'])).toBeUndefined()
})
