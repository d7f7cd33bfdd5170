import { expect, it } from 'vitest'
import { same, text } from '../core/text.ts'
import type { Recording } from '../look/recording.ts'
import { unexaminedIn } from './unexamined.ts'

it('tells the nodes that answered and kept their programs to themselves, and no others', () => {
  const [blind, evidence] = [{ blind: { reason: same('perl is missing') } }, { evidence: {} }]
  const kernel = (node: string) => ({ request: { look: 'kernel', node } })
  const programs = (node: string) => ({ request: { look: 'programs', node } })
  const answers = [
    { ...kernel('hidden'), ...evidence },
    { ...programs('hidden'), ...blind },
    { ...kernel('open'), ...evidence },
    { ...programs('open'), ...evidence },
    { ...kernel('off'), ...blind },
    { ...programs('off'), ...blind },
  ] as unknown as Recording['answers']
  expect(unexaminedIn({ answers })).toEqual([{ node: 'hidden', reason: same('perl is missing') }])
})

it('tells the programs of which the package manager has no digest', () => {
  const undigested = [{ file: '/usr/bin/ping', package: 'iputils-ping' }]
  const answers = [
    { request: { look: 'programs', node: 'one' }, evidence: { undigested } },
    { request: { look: 'programs', node: 'other' }, evidence: { undigested: [] } },
  ] as unknown as Recording['answers']
  expect(unexaminedIn({ answers })).toEqual([
    {
      node: 'one',
      reason: text(
        'dpkg has no digests of iputils-ping: /usr/bin/ping',
        'dpkg 沒有 iputils-ping 的摘要：/usr/bin/ping',
      ),
    },
  ])
})
