import { describe, expect, it } from 'vitest'
import type { HeardPacket } from '../look/evidence.ts'
import { asLate, isShort, lateMs } from './late.ts'

const ping = {
  from: { node: 'hypervisor', netns: 'ns2' },
  to: '192.168.10.100',
  token: 'a',
  sent: 20,
  received: 0,
}
const heard = (icmp: HeardPacket['icmp'], firstMs: number, count = 20): HeardPacket => ({
  token: 'a',
  icmp,
  count,
  firstMs,
  source: '',
  destination: '',
  sourceMac: '',
  destinationMac: '',
})
const captures = (afterMs: number, { node = 'hypervisor', count = 20 } = {}) => [
  {
    node,
    heard: {
      packets: [heard('echo-request', 1_000), heard('echo-reply', 1_000, count)],
      slowestMs: () => afterMs,
    },
  },
]

describe('answers of a ping that missed them', () => {
  it('are late where some were heard long after their questions', () => {
    expect(lateMs(ping, captures(450))).toBe(450)
  })

  it.each([
    ['came in time, so that something else took them', ping, captures(2)],
    ['were all counted', { ...ping, received: 20 }, captures(450)],
    ['were counted as far as they were heard', { ...ping, received: 5 }, captures(450, { count: 5 })],
    ['were heard only on another node', ping, captures(450, { node: 'controller' })],
  ])('are not late where they %s', (_, made, ears) => {
    expect(lateMs(made, ears)).toBeUndefined()
  })

  it('say nothing of the network where ping had given up', () => {
    expect(asLate(ping, captures(1_700)).blind?.reason.en).toMatch(
      /^the answers to ns2 came up to 1\.7 s after/,
    )
    expect(asLate(ping, captures(450))).toBe(ping)
  })

  it('lie ready where a ping counted some of them, and are not taken where it counted none', () => {
    expect(isShort({ ...ping, received: 12 }, captures(2))).toBe(true)
    expect(isShort({ ...ping, received: 12 }, captures(2, { count: 12 }))).toBe(false)
    expect(isShort(ping, captures(2))).toBe(false)
    expect(isShort(ping, captures(450))).toBe(true)
  })
})
