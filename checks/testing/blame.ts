import { expect } from 'vitest'
import { reaches } from '../reaches.ts'
import { unanswered } from './diagnostics.ts'
import { unmet } from './outcome.ts'
import { both, type Edit, ns1, ns2, pings, solvedLab } from './solved-lab.ts'

/** What is told of the ping from ns2 to ns1 that is not answered. */
const fromNs2 = (edits: Edit[]) =>
  unmet(
    reaches(solvedLab(unanswered('ns2', ns1.address), ...edits), pings, ns2, ns1.address, {
      endpoints: both,
      link: 'eth2',
    }),
  )

/** Expects that this place, and what was seen there, is named for the ping from ns2 to ns1; in both languages. */
export async function expectBlamed(edits: Edit[], where: string, saw: string): Promise<void> {
  const told = await fromNs2(edits)
  expect({ where: told.where, saw: told.saw.en }).toEqual({ where, saw: `3 sent, 0 answered; ${saw}` })
  expect(told.saw['zh-TW']).toMatch(/^送出 3 個，收到 0 個回應；.*\p{Script=Han}/u)
}

/** Expects that nothing more is told than that the ping was not answered. */
export async function expectNobodyBlamed(edits: Edit[]): Promise<void> {
  expect(await fromNs2(edits)).toEqual({
    expected: { en: '192.168.10.100 answers the ping from ns2', 'zh-TW': 'ns2 ping 192.168.10.100 有回應' },
    saw: { en: '3 sent, 0 answered', 'zh-TW': '送出 3 個，收到 0 個回應' },
    where: 'hypervisor · netns ns2',
    tryThis: 'sudo ip netns exec ns2 ping -c 1 192.168.10.100   # on hypervisor',
  })
}
