import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { blinded, blindness, deaf, inGeneve, lossy, otherGeneve, tokenOf } from '../testing/wire.ts'
import { crossesNoTunnel } from './no-tunnel.ts'

const NODES = ['controller', 'hypervisor'] as const
const untunnelled = (...edits: Edit[]) =>
  crossesNoTunnel(solvedLab(...edits), pings, [ns1, ns2], 'controller')

/** A frame on eth1 of a node that carries the ping from a namespace in some other way. */
const carried =
  (from: 'ns1' | 'ns2', how: string, node: (typeof NODES)[number] = 'controller'): Edit =>
  evidence => {
    captureOn(evidence, node, 'eth1').otherwise.push({ token: tokenOf(evidence, from), how, count: 20 })
  }

/** The ping crosses eth1 too, as it is. */
const plainOnEth1: Edit = evidence => {
  captureOn(evidence, 'controller', 'eth1').heard.push(...captureOn(evidence, 'controller', 'eth2').heard)
}

const expected = {
  en: 'no frame on eth1 contains the ping between ns1 and ns2',
  'zh-TW': 'eth1 上沒有任何訊框包含 ns1 和 ns2 之間的 ping',
}

const unanswered =
  (netns: string): Edit =>
  ({ traffic }) => {
    for (const ping of traffic.pings) if (ping.from.netns === netns) ping.received = 0
  }

describe('crossesNoTunnel', () => {
  it.each(NODES)('holds on the solved lab for %s', async node => {
    await expect(crossesNoTunnel(solvedLab(), pings, [ns1, ns2], node)).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['other names', [renamed]],
    ['Geneve of other traffic', [otherGeneve]],
    ['a frame on the other node alone', [carried('ns2', 'UDP', 'hypervisor')]],
    [
      'frames that carry other pings of ours',
      [
        evidence => {
          const token = tokenOf(evidence, 'ns2', '192.168.10.1')
          captureOn(evidence, 'controller', 'eth1').otherwise.push({ token, how: 'GRE', count: 9 })
        },
      ],
    ],
    ['a monitor that is told of it', [carried('ns2', 'sFlow 192.168.33.20 > 192.168.33.10')]],
    ['the other node’s capture blind', [blinded('hypervisor', 'eth1')]],
    ['the other node’s capture deaf', [deaf('hypervisor', 'eth1'), lossy('hypervisor', 'eth1', 1)]],
  ])('holds: %s', async (_, edits) => {
    await expect(untunnelled(...edits)).resolves.toBeUndefined()
  })

  it.each(['ns1', 'ns2'] as const)('does not hold where the ping from %s is in Geneve', async from => {
    const wrapped = 'in Geneve 192.168.33.20 > 192.168.33.10 vni 1'
    const told = await unmet(untunnelled(inGeneve(from)))
    const { saw } = told
    expect(told).toMatchObject({ expected, where: 'controller · eth1' })
    expect(saw).toEqual({
      en: `echo-request ${wrapped} and echo-reply ${wrapped}`,
      'zh-TW': `echo-request ${wrapped} 和 echo-reply ${wrapped}`,
    })
    expect(told.tryThis).toBe('sudo tcpdump -n -i eth1 not arp   # on controller')
  })

  it.each([
    'UDP 192.168.33.20 > 192.168.33.10 port 6082',
    'UDP 192.168.33.20 > 192.168.33.10 port 4789',
    'GRE 192.168.33.20 > 192.168.33.10',
    'ICMP type 3 code 1 192.168.33.20 > 192.168.33.10',
    'EtherType 0x88b5',
  ])('does not hold where any frame carries it: %s', async how => {
    for (const from of ['ns1', 'ns2'] as const)
      expect((await unmet(untunnelled(carried(from, how)))).saw).toEqual({ en: how, 'zh-TW': how })
  })

  it('does not hold where it is there as it is', async () => {
    expect((await unmet(untunnelled(plainOnEth1))).saw.en).toContain(
      'echo-request 192.168.10.200 > 192.168.10.100, plain',
    )
  })

  it('names a mirror that copies it there', async () => {
    const mirror: Edit = ({ ovs }) => {
      named(ovs.hypervisor.Bridge, 'br-eth2').mirrors = ['0']
    }
    expect(
      await unmet(untunnelled(carried('ns2', 'GRE 192.168.33.20 > 192.168.33.10'), mirror)),
    ).toMatchObject({
      where: 'hypervisor · Open_vSwitch · Bridge · mirrors',
      saw: { en: expect.stringMatching(/^GRE .*; br-eth2 on hypervisor has a mirror/) },
    })
  })

  it('does not hold where Geneve was heard even if the capture lost packets or missed its marker', async () => {
    await unmet(untunnelled(inGeneve('ns2'), lossy('controller', 'eth1', 3)))
    await unmet(untunnelled(inGeneve('ns2'), deaf('controller', 'eth1')))
  })

  it('could not look where the capture missed its marker', async () => {
    expect(await blind(untunnelled(deaf('controller', 'eth1')))).toEqual({
      reason: {
        en: 'the capture on eth1 missed the marker packet sent to it, so an empty capture proves nothing',
        'zh-TW': '在 eth1 上擷取封包時，沒有收到用來確認的標記封包，所以「沒看到」並不能證明什麼',
      },
      where: 'controller · eth1',
      help: 'ip -br link show eth1',
    })
  })

  it('could not look where the capture lost packets', async () => {
    expect(await blind(untunnelled(lossy('controller', 'eth1', 2)))).toEqual({
      reason: {
        en: 'the capture on eth1 lost 2 packets (dropped by kernel)',
        'zh-TW': '在 eth1 上擷取封包時漏掉了 2 個封包（dropped by kernel）',
      },
      where: 'controller · eth1',
    })
  })

  it('could not look where the capture could not listen', async () => {
    expect(await blind(untunnelled(blinded('controller', 'eth1')))).toEqual(blindness('controller', 'eth1'))
  })

  it.each([
    ['ns1', '192.168.10.200 answers the ping from ns1'],
    ['ns2', '192.168.10.100 answers the ping from ns2'],
  ])('proves nothing of a ping from %s that nobody answered', async (netns, expected) => {
    const told = await unmet(untunnelled(unanswered(netns)))
    expect(told.expected.en).toBe(expected)
    expect(told.saw.en).toMatch(/^20 sent, 0 answered; /)
  })

  it('tells the author of a lesson that the experiment lacks what makes a proof', async () => {
    const lab = solvedLab(evidence => {
      delete captureOn(evidence, 'controller', 'eth1').heardMarker
    })
    await expect(crossesNoTunnel(lab, pings, [ns1, ns2], 'controller')).rejects.toThrow(
      new TypeError('The experiment has no marker on eth1'),
    )
    const elsewhere = crossesNoTunnel(solvedLab(), { ...pings, underlay: 'eth9' }, [ns1, ns2], 'controller')
    await expect(elsewhere).rejects.toThrow(
      new TypeError('The experiment does not listen on controller eth9'),
    )
  })
})
