import { describe, expect, it } from 'vitest'
import type { Unmet } from '../../harness/core/errors.ts'
import type { HeardPacket, TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { byHand, traced, untraced } from '../testing/diagnostics.ts'
import { renamed } from '../testing/names.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import {
  blinded,
  blindness,
  cameTo,
  heardAt,
  inGeneve,
  lossy,
  PHYSICAL,
  unheard,
  WAY,
} from '../testing/wire.ts'
import { reaches } from './reaches.ts'

const OUTSIDE = '192.168.10.1'
const pinging = (...edits: Edit[]) => reaches(solvedLab(...edits), pings, ns2, ns1.address)
const [FIRST, LEAVES, ARRIVES, LAST] = WAY

const expected = { en: '192.168.10.100 answers the ping from ns2', 'zh-TW': 'ns2 ping 192.168.10.100 有回應' }
const of =
  (icmp: HeardPacket['icmp'], more: Partial<HeardPacket>) =>
  (packet: HeardPacket): HeardPacket =>
    packet.icmp === icmp ? { ...packet, ...more } : packet
const reply = (more: Partial<HeardPacket>) => of('echo-reply', more)
const request = (more: Partial<HeardPacket>) => of('echo-request', more)
const fewer = (count: number) => (packet: HeardPacket) => ({ ...packet, count })
const OTHER = '02:00:00:00:00:09'

const dropped = (seen: TraceSeen): TraceSeen => ({ ...seen, datapathActions: 'drop' })
/** A flow of somebody else that the packet meets in br-int, and that changes nothing. */
const metByHand = (seen: TraceSeen): TraceSeen => ({
  ...seen,
  steps: [byHand('br-int', 'icmp, priority 200', 'output:3'), ...seen.steps],
})

/** What was told for certain before it was known why, and what came of it. */
async function toldEarly(...edits: Edit[]): Promise<string[]> {
  const told: string[] = []
  const lab = solvedLab(...edits)
  const early = Object.assign(lab, { certain: ({ saw }: Unmet) => void told.push(saw.en) })
  await reaches(early, pings, ns2, ns1.address).catch(() => undefined)
  return told
}

describe('reaches', () => {
  it('is certain to fail once nothing was answered, whoever listens on the way having heard what there was', async () => {
    expect(await toldEarly(unheard([...WAY], 'echo-reply'), cameTo(20, 0))).toEqual([
      expect.stringMatching(/^20 sent, 0 answered/),
    ])
    expect(await toldEarly()).toEqual([])
    expect(await toldEarly(cameTo(20, 12))).toEqual([])
    expect(await toldEarly(cameTo(20, 0), blinded(...WAY[0]))).toEqual([])
  })

  it('asks each end alone, after a silence, where a flow by hand on the way may remember the other', async () => {
    const learnt = traced('hypervisor', /in_port=2.*icmp_type=8/, seen => ({
      ...seen,
      steps: [...seen.steps, byHand('br-eth2', 'icmp, priority 100', 'resubmit(,9)')],
    }))
    const lab = solvedLab(learnt)
    const alone = solvedLab(learnt, cameTo(20, 0))
    const traffic: Lab['traffic'] = experiment => (experiment.apartMs ? alone : lab).traffic(experiment)
    const both = Object.assign(solvedLab(learnt), { traffic })
    expect(await unmet(reaches(both, pings, ns2, ns1.address))).toMatchObject({
      saw: { en: expect.stringMatching(/^20 sent, 0 answered/) },
    })
    await expect(pinging(learnt)).resolves.toBeUndefined()
    const first: Edit = ({ traffic: { pings: made } }) => {
      for (const ping of made) ping.isFirstLost = true
    }
    const silent = solvedLab(learnt, cameTo(20, 19), first)
    const found = await unmet(reaches(silent, { ...pings, apartMs: 2_500 }, ns2, ns1.address))
    expect(found.saw.en).toMatch(/the first packet is lost each time/)
  })

  it.each([
    { from: ns1, to: ns2.address },
    { from: ns2, to: ns1.address },
    { from: ns1, to: OUTSIDE },
    { from: ns2, to: OUTSIDE },
  ])('holds on the solved lab: $from.netns to $to', async ({ from, to }) => {
    await expect(reaches(solvedLab(renamed), pings, from, to)).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['one was lost to a first ARP', [cameTo(20, 19)]],
    [
      'the ping outside was lost',
      [
        ({ traffic }) => {
          for (const ping of traffic.pings) if (ping.to === OUTSIDE) ping.received = 0
        },
      ],
    ],
    [
      'others are heard as well, from other MACs',
      [
        evidence => {
          const { heard } = captureOn(evidence, ...ARRIVES)
          heard.push(...heard.map(packet => ({ ...packet, token: 'f'.repeat(32), sourceMac: OTHER })))
        },
      ],
    ],
  ])('holds: %s', async (_, edits) => {
    await expect(pinging(...edits)).resolves.toBeUndefined()
  })

  it('says how many were lost, and where', async () => {
    const lossyWire: Edit[] = [
      cameTo(20, 12),
      heardAt([ARRIVES, LAST], fewer(12)),
      heardAt([FIRST, LEAVES], packet => (packet.icmp === 'echo-reply' ? { ...packet, count: 12 } : packet)),
    ]
    expect(await unmet(pinging(...lossyWire))).toEqual({
      expected,
      saw: {
        en: '20 sent, 12 answered: 8 of 20 were lost; 20 echo-request packets left hypervisor through eth2, and 12 arrived on eth2 of controller: the problem is in the network between them',
        'zh-TW':
          '送出 20 個，收到 12 個回應：遺失 8 個；有 20 個 echo-request 從 hypervisor 的 eth2 送出，controller 的 eth2 收到 12 個：問題在兩者之間的網路',
      },
      where: 'hypervisor · eth2 → controller · eth2',
      tryThis: 'sudo tcpdump -n -e -i eth2 arp or icmp   # on controller',
    })
  })

  it('counts what was sent and answered, and names where it was lost', async () => {
    const told = await unmet(pinging(cameTo(20, 0), unheard(WAY)))
    expect(told.saw.en).toBe('20 sent, 0 answered; no echo-request for 192.168.10.100 left ns2')
    expect(told.where).toBe('hypervisor · netns ns2')
  })

  it('claims nothing of places where nobody could listen', async () => {
    const deaf = WAY.map(([node, link]) => blinded(node, link))
    expect((await unmet(pinging(cameTo(20, 0), ...deaf))).saw.en).toBe(
      '20 sent, 0 answered; of 20 echo-reply packets, 0 were captured after the places where no capture was possible',
    )
  })

  it('gives ping’s own words where it could not send', async () => {
    const words = 'ping: connect: Network is unreachable'
    const told = await unmet(pinging(cameTo(0, 0, words), unheard(WAY)))
    expect(told.saw.en).toBe(`${words}; no echo-request for 192.168.10.100 left ns2`)
  })

  it.each<[string, Edit]>([
    ['nothing was heard on the sender’s plug', unheard([FIRST])],
    ['nothing was heard on the other plug', unheard([LAST])],
    ['nothing was heard on a physical link', unheard([ARRIVES])],
    ['it was heard nowhere', unheard(WAY)],
    ['only questions were heard on the physical links', unheard(PHYSICAL, 'echo-reply')],
    ['only answers were heard on the physical links', unheard(PHYSICAL, 'echo-request')],
    ['the answer comes from another MAC', heardAt(WAY, reply({ sourceMac: OTHER }))],
    ['the answer goes to another MAC', heardAt([FIRST], reply({ destinationMac: OTHER }))],
    ['the question goes to another MAC', heardAt(WAY, request({ destinationMac: OTHER }))],
    ['the question comes from another MAC there', heardAt([ARRIVES, LAST], request({ sourceMac: OTHER }))],
    ['it has other addresses on the wire', heardAt(PHYSICAL, packet => ({ ...packet, source: '10.0.0.1' }))],
    ['it was answered for another address', heardAt([LAST], request({ destination: '192.168.10.101' }))],
    ['it crossed the underlay in Geneve', inGeneve('ns2')],
  ])('does not hold, whatever ping says, where %s', async (_, edit) => {
    expect((await unmet(pinging(edit))).expected).toEqual(expected)
  })

  it('is about its own direction, and its own beginning', async () => {
    const lab = solvedLab(unheard(WAY), cameTo(20, 0))
    await expect(reaches(lab, pings, ns1, ns2.address)).resolves.toBeUndefined()
    await expect(reaches(lab, pings, ns2, OUTSIDE)).resolves.toBeUndefined()
  })

  it.each(WAY)('is unknown where nobody could listen: %s %s', async (node, link) => {
    expect(await blind(pinging(blinded(node, link)))).toEqual(blindness(node, link))
  })

  it.each(WAY)('is unknown where packets were lost by a capture: %s %s', async (node, link) => {
    expect(await blind(pinging(lossy(node, link, 3)))).toMatchObject({
      reason: {
        en: `the capture on ${link} of ${node} lost packets, so it is not known which way the ping went`,
      },
      where: `${node} · ${link}`,
    })
  })

  it('is unknown where the marker went another way', async () => {
    const elsewhere: Edit = evidence => {
      captureOn(evidence, 'controller', 'eth2').heardMarker = false
    }
    expect((await blind(pinging(elsewhere))).reason.en).toContain('missed the marker packet sent over it')
  })

  it('is unknown where ping itself did not work', async () => {
    const why = { reason: { en: 'ping was killed', 'zh-TW': 'ping 被終止了' }, where: 'hypervisor' }
    const killed: Edit = ({ traffic }) => {
      for (const ping of traffic.pings) Object.assign(ping, { sent: 0, received: 0, blind: why })
    }
    expect(await blind(pinging(killed, unheard(WAY)))).toEqual(why)
  })

  it.each(['controller', 'hypervisor'] as const)('is unknown where %s could not trace', async node => {
    await blind(pinging(untraced(node)))
  })

  it.each(['controller', 'hypervisor'] as const)(
    'is unknown where the flows of %s would drop what arrived all the same',
    async node => {
      expect(await blind(pinging(traced(node, /icmp/, dropped)))).toMatchObject({
        reason: {
          en: expect.stringMatching(
            /^packets were captured on \S+ of \w+, but its flows would send them to: drop$/,
          ),
        },
        where: expect.stringMatching(/OpenFlow$/),
      })
    },
  )

  it.each(['controller', 'hypervisor'] as const)(
    'does not hold where a flow that is not OVN’s is on the way on %s',
    async node => {
      expect(await unmet(pinging(traced(node, /icmp_type=8/, metByHand)))).toMatchObject({
        where: `${node} · br-int · OpenFlow`,
        saw: {
          en: '20 sent, 20 answered; the packet matches a flow on br-int that OVN did not create: table 0: icmp, priority 200 actions=output:3',
        },
        tryThis: `sudo ovs-ofctl dump-flows br-int   # on ${node}`,
      })
    },
  )

  it('does not hold where another link has one of the addresses', async () => {
    const twin: Edit = ({ kernel }) => {
      const link = named(kernel.hypervisor.links, 'br-eth2')
      link.isUp = true
      link.addresses.push({ family: 'inet', address: ns1.address, prefixLength: 24 })
    }
    expect((await unmet(pinging(twin))).where).toBe('hypervisor · br-eth2')
  })

  it('tells the author of a lesson that the experiment lacks the ping', async () => {
    await expect(reaches(solvedLab(), pings, ns1, '192.168.10.9')).rejects.toThrow(
      new TypeError('The experiment has no ping from ns1 to 192.168.10.9'),
    )
  })
})
