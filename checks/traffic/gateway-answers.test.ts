import { expect, it } from 'vitest'
import { blind, unmet } from '../testing/outcome.ts'
import { ns1, ns2, ns3, path, routedLab } from '../testing/routed-lab.ts'
import { named } from '../testing/solved-lab.ts'

it.each([ns1, ns2, ns3])('holds on the solved lab: $netns', async endpoint => {
  await expect(path.gatewayAnswers(endpoint)(routedLab())).resolves.toBeUndefined()
})

it('does not hold where a machine has the MAC address of the gateway', async () => {
  const lab = routedLab(({ kernel }) => {
    named(kernel.hypervisor.links, 'eth2').mac = '02:00:c0:a8:01:fe'
  })
  expect((await unmet(path.gatewayAnswers(ns1)(lab))).where).toBe('hypervisor · eth2')
})

it('is not known where OVN would answer nothing of it, and somebody did', async () => {
  const lab = routedLab(evidence => {
    evidence.gatewayTrace = { steps: [], bridges: ['br-int'], datapathActions: 'drop' }
  })
  expect((await blind(path.gatewayAnswers(ns1)(lab))).reason.en).toContain(
    'its flows would send them to: drop',
  )
})

it('does not hold where another one than OVN answers', async () => {
  const lab = routedLab(({ traffic }) => {
    for (const seen of traffic.captures)
      if ('heard' in seen)
        for (const packet of seen.heard)
          if (packet.source === ns1.gateway) packet.sourceMac = '02:00:00:00:77:01'
  })
  await expect(path.gatewayAnswers(ns1)(lab)).rejects.toThrow('02:00:00:00:77:01')
})
