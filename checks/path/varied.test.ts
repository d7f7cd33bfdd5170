import { expect, it } from 'vitest'
import type { PingSeen, Variant } from '../../harness/look/evidence.ts'
import { unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { type Edit, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { reaches } from '../traffic/reaches.ts'

const pinging = (...edits: Edit[]) => reaches(solvedLab(...edits), pings, ns2, ns1.address)
const VARIANTS: Variant[] = [
  { bytes: 300, tos: 0, isFragmentable: true },
  { bytes: 900, tos: 0xb8 },
]

/** An edit: what came of echoes of other kinds of ns2; those of the small ones were heard at the plug of ns2 and nowhere else. */
const varied =
  (told: Pick<PingSeen, 'variants' | 'sent' | 'received' | 'bytes' | 'blind'>): Edit =>
  evidence => {
    const { traffic } = evidence
    const token = 'f00d'.repeat(8)
    const usual = traffic.pings.find(({ from, to }) => from.netns === 'ns2' && to === ns1.address)!
    traffic.pings.push({ from: usual.from, to: usual.to, token, ...told })
    const plug = captureOn(evidence, 'hypervisor', 'veth-ns2-br')
    const own = plug.heard.filter(packet => packet.token === usual.token && packet.icmp === 'echo-request')
    plug.heard.push(...structuredClone(own).map(packet => ({ ...packet, token, count: told.sent })))
  }

it('does not hold where packets of other kinds are lost each time, and says which', async () => {
  const lost = VARIANTS.map((variant): Variant => ({ ...variant, isLost: true }))
  const told = await unmet(pinging(varied({ variants: lost, sent: 6, received: 0, bytes: 300 })))
  expect(told.saw.en).toContain(
    'of usual packets, 20 of 20 were answered; of 2 pings in packets of other kinds, 2 were lost: 328 bytes, 928 bytes with TOS 0xb8; ',
  )
  expect(told.where).toContain('hypervisor')
})

it('holds where all of them were answered in the end', async () => {
  await expect(pinging(varied({ variants: VARIANTS, sent: 6, received: 4 }))).resolves.toBeUndefined()
})

it('holds where nobody knows what came of them', async () => {
  const reason = { en: 'ping ended', 'zh-TW': 'ping 結束了' }
  const told = { variants: VARIANTS, sent: 0, received: 0, blind: { reason, where: 'hypervisor' } }
  await expect(pinging(varied(told))).resolves.toBeUndefined()
})

it.each([
  ['holds where only the larger ones are lost, and packets of full size are lost as well', 0, 'holds'],
  ['does not hold where packets of full size pass', 6, 'fails'],
])('%s', async (_, received, verdict) => {
  const lost: Variant[] = [VARIANTS[0]!, { bytes: 500, tos: 0x20 }, { ...VARIANTS[1]!, isLost: true }]
  const proof = pinging(
    varied({ sent: 6, received, bytes: 1472 }),
    varied({ variants: lost, sent: 6, received: 4, bytes: 900 }),
  )
  await expect(
    proof.then(
      () => 'holds',
      () => 'fails',
    ),
  ).resolves.toBe(verdict)
})
