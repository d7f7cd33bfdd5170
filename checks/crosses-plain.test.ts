import { describe, expect, it } from 'vitest'
import { crossesPlain } from './crosses-plain.ts'
import { blind, unmet } from './testing/outcome.ts'
import { captureOn, type Edit, ns1, ns2, pings, renamed, solvedLab } from './testing/solved-lab.ts'
import { blinded, blindness, deaf, inGeneve, lossy, onEth2, silent } from './testing/wire.ts'

const NODES = ['controller', 'hypervisor'] as const
const plain = (...edits: Edit[]) => crossesPlain(solvedLab(...edits), pings, [ns2, ns1], 'controller', 'eth2')

const about = {
  expected: {
    en: 'ICMP echo request and reply between ns2 and ns1, plain, on eth2',
    'zh-TW': 'eth2 上看得到 ns2 和 ns1 之間未經封裝的 ICMP echo request 和 reply',
  },
  where: 'controller · eth2',
  tryThis: 'sudo tcpdump -n -e -i eth2 icmp   # on controller',
}
/** What was seen, as a list in both languages. */
function listed(items: string[]) {
  const first = items.slice(0, -1)
  const last = items.at(-1)
  return { en: `${first.join(', ')} and ${last}`, 'zh-TW': `${first.join('、')} 和 ${last}` }
}

const tagged = onEth2(NODES, packet => ({ ...packet, vlan: 100 }))
const without = (icmp: string) => onEth2(NODES, packet => (packet.icmp === icmp ? undefined : packet))
const gone = onEth2(['controller'], () => undefined)

describe('crossesPlain', () => {
  it.each(NODES)('holds on the solved lab for %s', async node => {
    await expect(crossesPlain(solvedLab(), pings, [ns2, ns1], node, 'eth2')).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['other names', [renamed]],
    ['one request and one reply among lost packets', [lossy('controller', 'eth2', 5)]],
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

  it('shows the tag of packets that have one', async () => {
    expect((await unmet(plain(tagged))).saw).toEqual(
      listed(
        NODES.flatMap(node => [`echo-request @ ${node} eth2 vlan 100`, `echo-reply @ ${node} eth2 vlan 100`]),
      ),
    )
  })

  it('says where the packets were heard instead: in Geneve', async () => {
    const told = await unmet(plain(inGeneve('ns2')))
    const wrapped = 'in Geneve 192.168.33.20 > 192.168.33.10 vni 1'
    const places = ['controller', 'hypervisor'].flatMap(node => [
      `echo-request @ ${node} eth1 ${wrapped}`,
      `echo-reply @ ${node} eth1 ${wrapped}`,
    ])
    expect(told).toEqual({ ...about, saw: listed(places) })
  })

  it('does not hold in Geneve on eth2 itself', async () => {
    const geneve = { vni: 1, outerSource: '192.168.10.11', outerDestination: '192.168.10.12' }
    const told = await unmet(plain(onEth2(NODES, packet => ({ ...packet, geneve }))))
    expect(told.saw.en).toContain(
      'echo-request @ controller eth2 in Geneve 192.168.10.11 > 192.168.10.12 vni 1',
    )
  })

  it.each(['echo-request', 'echo-reply'])('does not hold where %s is missing', async icmp => {
    const other = icmp === 'echo-reply' ? 'echo-request' : 'echo-reply'
    const told = await unmet(plain(without(icmp), blinded('hypervisor', 'eth2')))
    expect(told).toEqual({
      ...about,
      saw: { en: `${other} @ controller eth2`, 'zh-TW': `${other} @ controller eth2` },
    })
  })

  it('does not take the pings of others for this one', async () => {
    const told = await unmet(plain(gone, blinded('hypervisor', 'eth2')))
    expect(told).toEqual({ ...about, saw: { en: 'none', 'zh-TW': '無' } })
  })

  it.each<[string, Edit[]]>([
    ['nothing was heard anywhere', [silent('controller', 'eth2'), silent('hypervisor', 'eth2')]],
    ['it was heard plain on the same link of the other node', [silent('controller', 'eth2')]],
  ])('could not look where the capture heard nothing at all: %s', async (_, edits) => {
    expect(await blind(plain(...edits))).toEqual({
      reason: {
        en: 'the capture on eth2 heard nothing at all, so it may have been deaf',
        'zh-TW': '在 eth2 上完全沒有擷取到封包，無法確定擷取本身是否正常',
      },
      where: 'controller · eth2',
      help: 'ip -br link show eth2',
    })
  })

  it('looked, where the capture heard nothing at all but the packets took another way', async () => {
    await unmet(plain(inGeneve('ns2'), silent('controller', 'eth2')))
    await unmet(plain(tagged, silent('controller', 'eth2')))
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
      'the capture on eth2 did not hear the marker packet sent to it, so its silence proves nothing',
    )
  })

  it('could not look where the capture could not listen', async () => {
    expect(await blind(plain(blinded('controller', 'eth2')))).toEqual(blindness('controller', 'eth2'))
  })
})
