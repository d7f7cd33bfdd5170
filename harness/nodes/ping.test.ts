import { describe, expect, it } from 'vitest'
import type { PingSeen } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { isDoubtful, type Pace, pingFrom, resultOf } from './ping.ts'
import { PERL } from './sender.ts'

const result = (code: number, ...lines: string[]) => resultOf('hypervisor', { code, lines })

describe("what a ping came to, from ping's own words", () => {
  it.each([
    ['3 packets transmitted, 3 received, 0% packet loss, time 101ms', { sent: 3, received: 3 }],
    [
      '3 packets transmitted, 3 received, +2 duplicates, 0% packet loss, time 101ms',
      { sent: 3, received: 3, duplicates: 2 },
    ],
    [
      '40 packets transmitted, 0 received, +6 errors, 100% packet loss, time 2011ms',
      { sent: 40, received: 0 },
    ],
    ['3 packets transmitted, 2 packets received, 33% packet loss', { sent: 3, received: 2 }],
  ])('%s', (line, expected) => {
    expect(result(1, 'PATTERN: 0x0011', '--- 192.168.10.1 ping statistics ---', line, '')).toEqual(expected)
  })

  it.each([
    'ping: connect: Network is unreachable',
    'ping: sendmsg: Operation not permitted',
    'ping: connect: Invalid argument',
  ])('what the network refuses is a result: %s', complaint => {
    expect(result(2, complaint, '')).toEqual({ sent: 0, received: 0, complaint })
  })

  it('that there is no such namespace is a result, though ip ends as a signal would', () => {
    const complaint = 'Cannot open network namespace "ns2": No such file or directory'
    expect(result(255, complaint, '')).toEqual({ sent: 0, received: 0, complaint })
  })

  it.each([
    ['it was killed', 137, [''], 'ping on hypervisor ended without a result: exit code 137'],
    [
      'it knows other options (BusyBox)',
      1,
      ["ping: invalid option -- '2'", 'BusyBox v1.37.0 multi-call binary.'],
      'ping on hypervisor ended without a result: BusyBox v1.37.0 multi-call binary.',
    ],
    [
      'it may not open its socket',
      2,
      ['ping: socktype: SOCK_RAW', 'ping: socket: Address family not supported by protocol'],
      'ping on hypervisor ended without a result: ping: socket: Address family not supported by protocol',
    ],
    [
      'it is missing',
      127,
      ['timeout: failed to run command ‘ping’: No such file'],
      'hypervisor has no working ping',
    ],
    ['it may not be run', 126, ['Permission denied'], 'hypervisor has no working ping'],
  ])('is not known where %s', (_why, code, lines, reason) => {
    expect(result(code, ...lines)).toMatchObject({
      sent: 0,
      received: 0,
      blind: {
        reason: { en: reason, 'zh-TW': expect.stringMatching(/\p{Script=Han}/u) },
        where: 'hypervisor',
      },
    })
    expect(result(code, ...lines)).not.toHaveProperty('complaint')
  })

  it('is not known where it is not among what came back', () => {
    expect(resultOf('hypervisor', undefined)).toMatchObject({
      blind: { reason: { en: 'ping on hypervisor ended without a result: no output' } },
    })
  })

  it('is not known where what begins connections is missing, which is not ping', () => {
    const run = { code: 127, lines: ['sh: 1: perl: not found'] }
    expect(resultOf('hypervisor', run, PERL)).toMatchObject({
      blind: { reason: { en: 'hypervisor has no working perl' }, help: expect.stringContaining('perl-base') },
    })
  })

  it('is one harmless line, whatever is said', () => {
    const { blind } = result(1, `\x1b[31m\0${'x'.repeat(10 ** 7)}`)
    expect(blind?.reason.en).toBe(`ping on hypervisor ended without a result: [31m${'x'.repeat(196)}`)
  })
})

describe('a ping is made once more', () => {
  const about = { from: { node: 'hypervisor' }, to: '192.168.10.1', token: '' }
  it.each([
    ['some of it was lost', { sent: 20, received: 12 }, true],
    ['one was lost, which a first ARP may cost', { sent: 20, received: 19 }, false],
    ['all came back', { sent: 20, received: 20 }, false],
    ['nothing came back at all', { sent: 20, received: 0 }, true],
    [
      'nothing could be sent',
      { sent: 0, received: 0, complaint: 'ping: connect: Network is unreachable' },
      false,
    ],
  ])('%s: %j → %s', (_what, seen, expected) => {
    expect(isDoubtful({ ...about, ...seen })).toBe(expected)
  })
})

it('tells whether the first echo was the one that was lost, where ping names those that were answered', () => {
  const sum = '3 packets transmitted, 2 received, 33% packet loss, time 40ms'
  const answered = (at: number) => `64 bytes from 10.0.0.1: icmp_seq=${at} ttl=64 time=0.3 ms`
  expect(result(0, answered(2), answered(3), sum)).toMatchObject({ isFirstLost: true })
  expect(result(0, answered(1), answered(3), sum)).not.toHaveProperty('isFirstLost')
  expect(result(0, sum)).not.toHaveProperty('isFirstLost')
  expect(isDoubtful({ ...result(0, answered(2), answered(3), sum) } as PingSeen)).toBe(true)
})

describe('packets of other kinds', () => {
  it('are sent three times where nobody sends them again: one that is lost each time is lost', async () => {
    const asked: string[] = []
    const machine = {
      node: 'controller',
      run: async (command: string) => {
        asked.push(command)
        return { code: 0, stdout: Buffer.from(''), stderr: '' }
      },
    } as unknown as Machine
    const plan = {
      from: { node: 'controller' },
      to: '10.0.0.1',
      token: 'f00d',
      variants: [{ bytes: 300, tos: 2 }],
    }
    const timesBy = async (pace: Pace) => {
      await pingFrom(machine, [plan], pace)
      return asked.at(-1)!.match(/-p f00d/g)?.length
    }
    expect(await timesBy({ isFirstLook: true })).toBe(1)
    expect(await timesBy({ isCalm: true })).toBe(3)
    expect(await timesBy({ isAfterSilence: true })).toBe(3)
  })
})
