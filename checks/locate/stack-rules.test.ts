import { describe, expect, it } from 'vitest'
import { quietStack } from '../testing/diagnostics.ts'
import { recordedRoute } from '../testing/traces.ts'
import { parameter, takes } from './stack-rules.ts'

const odd = { value: '1', usual: '0' }
const stack = {
  ...quietStack,
  sysctls: { icmp_echo_ignore_all: odd, 'net.ipv6.icmp.echo_ignore_all': odd },
}

describe('a parameter of the stack', () => {
  it.each([
    ['192.168.10.200', 'icmp_echo_ignore_all', 'ns2 has net.ipv4.icmp_echo_ignore_all = 1'],
    ['fd00::200', 'echo_ignore_all', 'ns2 has net.ipv6.icmp.echo_ignore_all = 1'],
  ])('is one of the family that %s is of', (address, part, saw) => {
    const told = parameter({ ...recordedRoute.from, address }, stack, takes('echo-request'))
    expect(told?.where).toBe(`hypervisor · netns ns2 · ${part}`)
    expect(told?.saw.en).toMatch(saw)
  })
  it('is one of several that may do it, and all of them are said', () => {
    const limited = (mask: string) => ({
      ...quietStack,
      sysctls: {
        icmp_ratelimit: { value: '5000', usual: '1000' },
        icmp_ratemask: { value: mask, usual: '6168' },
      },
    })
    const told = parameter(recordedRoute.from, limited('6169'), takes('echo-request'))
    expect(told).toMatchObject({ where: 'hypervisor · netns ns2 · icmp_ratemask', cause: 'netns-setting' })
    expect(parameter(recordedRoute.from, limited('6176'), takes('echo-request'))).toBeUndefined()
    const all = parameter(recordedRoute.from, limited('6176'), () => true)
    expect(all?.saw.en).toBe(
      'ns2 has net.ipv4.icmp_ratelimit = 5000, where a new namespace has 1000 and net.ipv4.icmp_ratemask = 6176, where a new namespace has 6168',
    )
    expect(all?.tryThis).toContain('sysctl net.ipv4.icmp_ratelimit net.ipv4.icmp_ratemask')
  })
  it('is one that has to do with the kind of packet', () => {
    const both = { 'conf.all.arp_ignore': odd, icmp_echo_ignore_all: odd }
    const of = (kind: Parameters<typeof takes>[0]) =>
      parameter(recordedRoute.from, { ...quietStack, sysctls: both }, takes(kind))
        ?.where.split(' · ')
        .at(-1)
    expect(of('arp-request')).toBe('arp_ignore')
    expect(of('echo-request')).toBe('icmp_echo_ignore_all')
    expect(of('tcp-request')).toBeUndefined()
  })
  it('is none where only the other family has an unusual one', () => {
    const { icmp_echo_ignore_all } = stack.sysctls
    const end = { ...recordedRoute.from, address: 'fd00::200' }
    expect(
      parameter(end, { ...quietStack, sysctls: { icmp_echo_ignore_all } }, takes('echo-request')),
    ).toBeUndefined()
  })
})
