import { describe, expect, it } from 'vitest'
import type { LinkAddress } from '../../harness/look/evidence.ts'
import { reaches } from '../reaches.ts'
import { unmet } from '../testing/outcome.ts'
import { both, innerLink, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'

const way = { endpoints: both, link: 'eth2' }
const PHYSICAL = '192.168.10.1'

const address = (words: string): LinkAddress => ({ family: 'inet', address: words, prefixLength: 24 })

describe('an address that two have', () => {
  it('is named though the ping is answered', async () => {
    const lab = solvedLab(evidence => {
      innerLink(evidence, ns2).addresses.push(address(ns1.address))
    })
    expect(await unmet(reaches(lab, pings, ns2, ns1.address, way))).toMatchObject({
      where: 'hypervisor · netns ns2',
      saw: {
        en: '3 sent, 3 answered; ns2 eth0 on hypervisor has the address 192.168.10.100 as well, but that belongs to ns1 @ controller',
      },
      tryThis: 'sudo ip -n ns2 -br address   # on hypervisor',
    })
  })

  it('is named on the bridge of the physical network, for a machine that OVN does not know', async () => {
    const lab = solvedLab(({ kernel }) => {
      Object.assign(named(kernel.hypervisor.links, 'br-eth2'), { isUp: true, addresses: [address(PHYSICAL)] })
    })
    expect(await unmet(reaches(lab, pings, ns1, PHYSICAL, way))).toMatchObject({
      where: 'hypervisor · br-eth2',
      tryThis: 'ip -br address show br-eth2   # on hypervisor',
    })
    await expect(reaches(lab, pings, ns2, ns1.address, way)).resolves.toBeUndefined()
  })

  it('is nobody’s business in a namespace that is not on this wire', async () => {
    const lab = solvedLab(({ kernel }) => {
      const link = {
        ...kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!,
        index: 99,
        peerIndex: 98,
      }
      kernel.hypervisor.netns.other = [link]
    })
    await expect(reaches(lab, pings, ns2, ns1.address, way)).resolves.toBeUndefined()
  })
})
