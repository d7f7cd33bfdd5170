import { describe, expect, it } from 'vitest'
import { resultFrom } from './ping.ts'

describe("what a ping came to, from ping's own words", () => {
  it.each([
    ['3 packets transmitted, 3 received, 0% packet loss, time 101ms', { sent: 3, received: 3 }],
    [
      '3 packets transmitted, 3 received, +2 duplicates, 0% packet loss, time 101ms',
      { sent: 3, received: 3 },
    ],
    [
      '40 packets transmitted, 0 received, +6 errors, 100% packet loss, time 2011ms',
      { sent: 40, received: 0 },
    ],
    ['3 packets transmitted, 2 packets received, 33% packet loss', { sent: 3, received: 2 }],
  ])('%s', (line, result) => {
    expect(resultFrom(['PATTERN: 0x0011', '--- 192.168.10.1 ping statistics ---', line, ''])).toEqual(result)
  })

  it('keeps what it complained of when it could not send', () => {
    const complaint = 'Cannot open network namespace "ns2": No such file or directory'
    expect(resultFrom([complaint])).toEqual({ sent: 0, received: 0, complaint })
  })

  it('makes one harmless line of whatever is said', () => {
    expect(resultFrom([`\x1b[31m\0${'x'.repeat(10 ** 7)}`])).toEqual({
      sent: 0,
      received: 0,
      complaint: `[31m${'x'.repeat(196)}`,
    })
    expect(resultFrom([])).toEqual({ sent: 0, received: 0, complaint: 'ping said nothing' })
  })
})
