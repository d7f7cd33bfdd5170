import { describe, expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, innerLink, named, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { hasAddress } from './has-address.ts'

const expected = {
  en: '192.168.10.100/24 on an interface that is up in ns1',
  'zh-TW': 'ns1 裡有一個已啟用的介面，位址是 192.168.10.100/24',
}

const otherAddress =
  (address: string, prefixLength: number): Edit =>
  evidence =>
    Object.assign(innerLink(evidence, ns1).addresses[0]!, { address, prefixLength })

describe('hasAddress', () => {
  it.each([ns1, ns2])('holds on the solved lab for $netns', async endpoint => {
    await expect(hasAddress(solvedLab(), endpoint)).resolves.toBeUndefined()
  })

  it('holds for a link of any name, with further addresses on it', async () => {
    const lab = solvedLab(evidence => {
      const link = innerLink(evidence, ns1)
      link.name = 'tap0'
      link.addresses.unshift({ family: 'inet', address: '10.9.9.9', prefixLength: 30 })
    })
    await expect(hasAddress(lab, ns1)).resolves.toBeUndefined()
  })

  it('names the namespaces there are where this one is not', async () => {
    const lab = solvedLab(({ kernel }) => {
      const { ns1: links = [] } = kernel.controller.netns
      kernel.controller.netns = { web: links, db: [] }
    })
    expect(await unmet(hasAddress(lab, ns1))).toEqual({
      expected,
      saw: {
        en: 'no namespace ns1; namespaces here: db and web',
        'zh-TW': '沒有名為 ns1 的 namespace；現有的 namespace：db 和 web',
      },
      where: 'controller · netns ns1',
      tryThis: 'ip netns list   # on controller',
    })
  })

  it('is not satisfied by another name of the node’s own namespace', async () => {
    const lab = solvedLab(({ kernel }) => {
      kernel.controller.netnsOfNode = ['ns1']
    })
    expect((await unmet(hasAddress(lab, ns1))).saw).toEqual({
      en: "ns1 is only another name for controller's own network namespace",
      'zh-TW': 'ns1 只是 controller 自己的 network namespace 的另一個名稱',
    })
  })

  it('tells a name on which no namespace is mounted any more', async () => {
    const lab = solvedLab(({ kernel: { controller } }) => {
      controller.netns = {}
      controller.netnsGone = ['ns1']
    })
    expect((await unmet(hasAddress(lab, ns1))).saw?.en).toMatch(
      /^the name ns1 is still in \/run\/netns, but no namespace is mounted on it/,
    )
  })

  it('is not satisfied by the namespace of the other node', async () => {
    const lab = solvedLab(({ kernel }) => {
      kernel.hypervisor.netns = { ...kernel.hypervisor.netns, ...kernel.controller.netns }
      kernel.controller.netns = {}
    })
    expect((await unmet(hasAddress(lab, ns1))).saw).toEqual({
      en: 'no namespace ns1; namespaces here: none',
      'zh-TW': '沒有名為 ns1 的 namespace；現有的 namespace：無',
    })
  })

  it.each<[string, Edit, string]>([
    ['another address', otherAddress('192.168.10.10', 24), 'eth0 UP 192.168.10.10/24'],
    ['another prefix length', otherAddress('192.168.10.100', 32), 'eth0 UP 192.168.10.100/32'],
    [
      'a link that is down',
      evidence => {
        innerLink(evidence, ns1).isUp = false
      },
      'eth0 DOWN 192.168.10.100/24',
    ],
    [
      'no address',
      evidence => {
        innerLink(evidence, ns1).addresses = []
      },
      'eth0 UP',
    ],
  ])('shows what it saw: %s', async (_, edit, saw) => {
    expect(await unmet(hasAddress(solvedLab(edit), ns1))).toEqual({
      expected,
      saw: { en: saw, 'zh-TW': saw },
      where: 'controller · netns ns1',
      tryThis: 'sudo ip -n ns1 -br address   # on controller',
    })
  })

  it.each<[string, string | undefined, Edit]>([
    ['another address', 'address-differs', otherAddress('192.168.1.100', 24)],
    ['another prefix length', 'address-differs', otherAddress('192.168.10.100', 32)],
    [
      'no address',
      undefined,
      evidence => {
        innerLink(evidence, ns1).addresses = []
      },
    ],
    [
      'the right one on a link that is down, and another on a second link',
      undefined,
      evidence => {
        const link = innerLink(evidence, ns1)
        const address = { family: 'inet' as const, address: '10.0.0.1', prefixLength: 24 }
        evidence.kernel.controller.netns.ns1?.push({ ...link, name: 'eth1', addresses: [address] })
        link.isUp = false
      },
    ],
  ])('takes only the address for wrong, or not: %s', async (_, cause, edit) => {
    await expect(hasAddress(solvedLab(edit), ns1)).rejects.toMatchObject({ cause })
  })

  it('does not take the loopback for a way out', async () => {
    const lab = solvedLab(evidence => {
      const links = evidence.kernel.controller.netns.ns1
      const lo = named(links, 'lo')
      lo.addresses.push({ family: 'inet', address: ns1.address, prefixLength: 24 })
      evidence.kernel.controller.netns.ns1 = [lo]
    })
    expect((await unmet(hasAddress(lab, ns1))).saw).toEqual({
      en: 'no interface except lo; ns1 has 192.168.10.100 on lo, by which no packet comes in from others',
      'zh-TW': '除了 lo 以外沒有任何介面；ns1 的 192.168.10.100 設定在 lo 上，別人的封包不會從 lo 進來',
    })
  })
})
