import { expect, it } from 'vitest'
import { sentIn, sentMeanwhile } from './own-answers.ts'

const PRINTED = `Ip: Forwarding DefaultTTL InReceives OutRequests
Ip: 1 64 90 70
Icmp: InMsgs InEchos OutMsgs OutEchoReps
Icmp: 40 30 50 28
Ip6InReceives                   \t5
Icmp6OutEchoReplies             \t3
`

it('reads what a kernel has sent by itself', () => {
  expect(sentIn(PRINTED)).toEqual({ echoReplies: 28, packets: 70, echoReplies6: 3 })
  expect(sentIn(PRINTED.split('\n').slice(0, 4).join('\n'))).toEqual({ echoReplies: 28, packets: 70 })
})

it('knows nothing of a kernel that does not count them', () => {
  expect(sentIn('')).toBeUndefined()
  expect(sentIn(PRINTED.replaceAll('OutEchoReps', 'Other'))).toBeUndefined()
})

it('tells how much more it was afterwards, of those that could be asked twice', () => {
  const places = [{ node: 'controller', netns: 'ns1' }, { node: 'hypervisor' }]
  const before = { echoReplies: 8, packets: 20, echoReplies6: 1 }
  const after = { echoReplies: 28, packets: 70, echoReplies6: 3 }
  expect(sentMeanwhile(places, [before, before], [after, undefined])).toEqual([
    { node: 'controller', netns: 'ns1', echoReplies: 20, packets: 50, echoReplies6: 2 },
  ])
})
