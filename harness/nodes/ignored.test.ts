import { expect, it } from 'vitest'
import type { HeardPacket, PingSeen } from '../look/evidence.ts'
import { type Ears, isIgnored } from './ignored.ts'

const [ASKS, ASKED] = ['10.0.0.2', '10.0.0.1']
const lost: PingSeen = { from: { node: 'b', netns: 'ns2' }, to: ASKED, token: 'lost', sent: 20, received: 0 }
const back: PingSeen = { from: { node: 'a', netns: 'ns1' }, to: ASKS, token: 'back', sent: 20, received: 20 }
const packet = (token: string, icmp: HeardPacket['icmp'], source: string, count = 20) =>
  ({ token, icmp, source, count }) as HeardPacket
const ear = (node: string, ...packets: HeardPacket[]) => ({ node, heard: { packets } })

/** On the plugs of both ends, everything that is said but for the answers to `lost`. */
function ears(): { far: Ears; near: Ears } {
  const [asked, answers] = [packet('back', 'echo-request', ASKED), packet('back', 'echo-reply', ASKS)]
  const question = packet('lost', 'echo-request', ASKS)
  return {
    far: { capture: ear('a', asked, answers, question), inward: ear('a', asked) },
    near: { capture: ear('b', asked, answers, question), inward: ear('b', answers, question) },
  }
}

it('tells a host that does not answer, though all questions get there and it is answered itself', () => {
  expect(isIgnored(lost, [lost, back], Object.values(ears()))).toBe(true)
})

it('does not blame a host that is not answered either: its own neighbour may still be asked for', () => {
  expect(isIgnored(lost, [lost, { ...back, received: 0 }], Object.values(ears()))).toBe(false)
})

it('does not know it of what got lost on the way, or of what nobody heard on the link of the host', () => {
  const { far, near } = ears()
  const some = far.capture.heard.packets.map(one => (one.token === 'lost' ? { ...one, count: 18 } : one))
  expect(isIgnored(lost, [lost, back], [{ ...far, capture: ear('a', ...some) }, near])).toBe(false)
  expect(isIgnored(lost, [lost, back], [near])).toBe(false)
})

it('does not know it where an answer was heard anywhere: that is late, or lost on its way back', () => {
  const { far, near } = ears()
  const answered = ear('a', ...far.capture.heard.packets, packet('lost', 'echo-reply', ASKED, 1))
  expect(isIgnored(lost, [lost, back], [{ ...far, capture: answered }, near])).toBe(false)
})
