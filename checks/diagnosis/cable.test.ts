import { describe, it } from 'vitest'
import { expectBlamed, expectNobodyBlamed } from '../testing/blame.ts'
import { type Edit, innerLink, named, ns2 } from '../testing/solved-lab.ts'

const outer =
  (about: object): Edit =>
  ({ kernel }) =>
    void Object.assign(named(kernel.controller.links, 'veth-ns1-br'), about)
const inner =
  (about: object): Edit =>
  evidence =>
    void Object.assign(innerLink(evidence, ns2), about)

describe('a cable that is there and does not carry a ping', () => {
  it.each<[string, Edit[], string, string]>([
    [
      'was made after another of its name was plugged in',
      [outer({ promiscuity: 0, master: undefined })],
      'controller · veth-ns1-br',
      'veth-ns1-br was made anew after it was plugged in, and Open vSwitch still holds the one of before',
    ],
    [
      'is too narrow, inside the namespace',
      [inner({ mtu: 80 })],
      'hypervisor · netns ns2',
      'eth0 on hypervisor has an MTU of 80 bytes, and a ping has 84',
    ],
    [
      'is too narrow, at the physical link',
      [({ kernel }) => void Object.assign(named(kernel.controller.links, 'eth2'), { mtu: 68 })],
      'controller · eth2',
      'eth2 on controller has an MTU of 68 bytes, and a ping has 84',
    ],
    [
      'has a queueing discipline',
      [outer({ qdisc: 'tbf' })],
      'controller · veth-ns1-br',
      'what leaves by veth-ns1-br on controller has to pass the queueing discipline tbf',
    ],
  ])('%s', async (_, edits, where, saw) => {
    await expectBlamed(edits, where, saw)
  })

  it.each<[string, Edit[]]>([
    ['Open vSwitch holds it', [outer({ promiscuity: 1 })]],
    ['the kernel’s datapath holds it', [outer({ promiscuity: 0, master: 'ovs-system' })]],
    ['the system does not say who holds it', [outer({ promiscuity: undefined, master: undefined })]],
    ['a ping just fits, through a usual discipline', [outer({ mtu: 84, qdisc: 'fq_codel' })]],
  ])('is not blamed where %s', async (_, edits) => {
    await expectNobodyBlamed(edits)
  })
})
