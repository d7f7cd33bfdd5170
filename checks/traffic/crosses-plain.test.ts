import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import {
  blinded,
  blindness,
  cameTo,
  deaf,
  heardAt,
  inGeneve,
  lossy,
  PHYSICAL,
  silent,
  unheard,
  WAY,
} from '../testing/wire.ts'
import { crossesPlain } from './crosses-plain.ts'

const NODES = ['controller', 'hypervisor'] as const
const plain = (...edits: Edit[]) => crossesPlain(solvedLab(...edits), pings, [ns2, ns1], 'controller')

const about = {
  expected: {
    en: 'ICMP echo request and reply between ns2 and ns1 on eth2, without encapsulation',
    'zh-TW': 'eth2 上看得到 ns2 和 ns1 之間未經封裝的 ICMP echo request 和 reply',
  },
  where: 'controller · eth2',
  tryThis: 'sudo tcpdump -n -e -i eth2 icmp   # on controller',
}
const tagged = heardAt(PHYSICAL, packet => ({ ...packet, vlan: 100 }))
const gone = unheard([WAY[2]])
const OTHER = '02:00:00:00:00:09'

describe('crossesPlain', () => {
  it.each(NODES)('holds on the solved lab for %s', async node => {
    await expect(crossesPlain(solvedLab(), pings, [ns2, ns1], node)).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['other names', [renamed]],
    ['as many as were answered, among lost packets', [lossy('controller', 'eth2', 5)]],
    ['one fewer, which a capture may miss', [heardAt([WAY[2]], packet => ({ ...packet, count: 19 }))]],
    ['the capture of the other node blind', [blinded('hypervisor', 'eth2'), blinded('hypervisor', 'eth1')]],
    [
      'copies with a tag beside the plain ones',
      [
        evidence => {
          const { heard } = captureOn(evidence, 'controller', 'eth2')
          heard.push(...heard.map(packet => ({ ...packet, vlan: 7 })))
        },
      ],
    ],
  ])('holds: %s', async (_, edits) => {
    await expect(plain(...edits)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['from another MAC', heardAt([WAY[2]], packet => ({ ...packet, sourceMac: OTHER }))],
    ['to another MAC', heardAt([WAY[2]], packet => ({ ...packet, destinationMac: OTHER }))],
    ['between other addresses', heardAt([WAY[2]], packet => ({ ...packet, source: '10.0.0.1' }))],
    ['only some of them', heardAt([WAY[2]], packet => ({ ...packet, count: 7 }))],
    ['with a tag', tagged],
    ['nobody answered', cameTo(20, 0)],
  ])('does not hold where they were heard there, but %s', async (_, edit) => {
    expect((await unmet(plain(edit))).expected).toEqual(about.expected)
  })

  it('shows the tag of packets that have one, also where nobody could trace them', async () => {
    const told = await unmet(plain(tagged))
    for (const words of NODES.map(node => `echo-request @ ${node} eth2 vlan 100`))
      expect(told.saw.en).toContain(words)
    expect(told).toMatchObject({ ...about, saw: { 'zh-TW': expect.stringContaining('vlan 100') } })
  })

  it('names the tag of the localnet port', async () => {
    const withTag: Edit = ({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-localnet').tag = [100]
    }
    expect(await unmet(plain(tagged, withTag))).toMatchObject({
      where: 'OVN_Northbound · Logical_Switch_Port · tag',
      saw: { en: expect.stringContaining('ls0-localnet has tag = 100') },
    })
  })

  it('says where the packets were heard instead: in Geneve', async () => {
    const { saw } = await unmet(plain(inGeneve('ns2')))
    for (const node of NODES)
      for (const icmp of ['echo-request', 'echo-reply'])
        expect(saw.en).toContain(`${icmp} @ ${node} eth1 in Geneve 192.168.33.20 > 192.168.33.10 vni 1`)
  })

  it('does not hold in Geneve on eth2 itself', async () => {
    const geneve = { vni: 1, outerSource: '192.168.10.11', outerDestination: '192.168.10.12' }
    const told = await unmet(plain(heardAt(PHYSICAL, packet => ({ ...packet, geneve }))))
    expect(told.saw.en).toContain(
      'echo-request @ controller eth2 in Geneve 192.168.10.11 > 192.168.10.12 vni 1',
    )
  })

  it.each(['echo-request', 'echo-reply'] as const)('does not hold where %s is missing', async icmp => {
    const other = icmp === 'echo-reply' ? 'echo-request' : 'echo-reply'
    const { saw } = await unmet(plain(unheard(PHYSICAL, icmp)))
    expect(saw.en).toContain(`${other} @ controller eth2`)
    expect(saw.en).not.toContain(`${icmp} @ controller eth2`)
  })

  it('does not take the pings of others for this one', async () => {
    const { expected, saw, where } = await unmet(plain(gone))
    expect(expected).toEqual(about.expected)
    expect(saw.en).not.toContain('@ controller eth2')
    // It was heard on the wire's other end.
    expect(where).toBe('hypervisor · eth2 → controller · eth2')
  })

  it.each<[string, Edit[]]>([
    ['nothing was heard anywhere', [silent('controller', 'eth2'), silent('hypervisor', 'eth2')]],
    ['it was heard plain on the same link of the other node', [silent('controller', 'eth2')]],
    ['the packets took another way', [inGeneve('ns2'), silent('controller', 'eth2')]],
  ])('could not look where the capture heard nothing at all: %s', async (_, edits) => {
    expect(await blind(plain(...edits))).toEqual({
      reason: {
        en: 'the capture on eth2 is completely empty, so it may not have worked',
        'zh-TW': '在 eth2 上完全沒有擷取到封包，無法確定擷取本身是否正常',
      },
      where: 'controller · eth2',
      help: 'ip -br link show eth2',
    })
  })

  it('could not look where the packets may be among those that were lost', async () => {
    expect(await blind(plain(gone, lossy('controller', 'eth2', 5)))).toEqual({
      reason: {
        en: 'the capture on eth2 lost 5 packets (dropped by kernel)',
        'zh-TW': '在 eth2 上擷取封包時漏掉了 5 個封包（dropped by kernel）',
      },
      where: 'controller · eth2',
    })
  })

  it('could not look where the capture missed its marker', async () => {
    expect((await blind(plain(gone, deaf('controller', 'eth2')))).reason.en).toBe(
      'the capture on eth2 missed the marker packet sent to it, so an empty capture proves nothing',
    )
  })

  it('could not look where the capture could not listen', async () => {
    expect(await blind(plain(blinded('controller', 'eth2')))).toEqual(blindness('controller', 'eth2'))
  })
})
