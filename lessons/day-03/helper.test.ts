import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { hasBash, refused, typedHelper } from '../../harness/testing/typed-helper.ts'

const { helper, typed, inside, canSandbox, hasNorthbound } = await typedHelper(import.meta.dirname)

const A_ROW = '00000000-0000-4000-8000-000000000000'

describe.skipIf(!hasBash)('helper.sh of day 03 (needs bash)', () => {
  it('is sound bash', () => {
    expect(spawnSync('bash', ['-n'], { input: helper, encoding: 'utf8' }).stderr).toBe('')
  })

  it.each([
    ['create-ns', 'Usage: create-ns NS, for example: create-ns ns1'],
    // Its address comes from OVN here: whoever types one has another day in mind.
    ['create-ns ns1 10.0.0.2', 'Usage: create-ns NS, for example: create-ns ns1'],
    [
      'create-ns webserver',
      'The name webserver is too long: veth-webserver-br would have 17 characters but Linux allows 15, so NS can have at most 7.',
    ],
    [
      'create-dhcp-options 10.0.0.0/24',
      'Usage: create-dhcp-options CIDR ROUTER, for example: create-dhcp-options 10.0.0.0/24 10.0.0.1',
    ],
    ['create-dhcp-options 10.0.0.0 10.0.0.1', '"10.0.0.0" is not a subnet: write it like 10.0.0.0/24.'],
    ['create-dhcp-options 10.0.0.0/24 10.0.0', 'The router "10.0.0" is not an IPv4 address.'],
    [
      'create-dhcp-options 10.0.0.0/24 10.0.1.1',
      'The router 10.0.1.1 is not in 10.0.0.0/24: a host could not reach it.',
    ],
    [
      'create-dhcp-options 10.0.0.128/25 10.0.0.127',
      'The router 10.0.0.127 is not in 10.0.0.128/25: a host could not reach it.',
    ],
    [
      'create-ovn-ls-and-lsp ls0',
      'Usage: create-ovn-ls-and-lsp LS UUID CIDR, for example: create-ovn-ls-and-lsp ls0 "$(create-dhcp-options 10.0.0.0/24 10.0.0.1)" 10.0.0.0/24',
    ],
    [
      `create-ovn-ls-and-lsp ls:0 ${A_ROW} 10.0.0.0/24`,
      '"ls:0" cannot be the name of LS: use letters, digits, dot, hyphen and underscore.',
    ],
    [`create-ovn-ls-and-lsp ls0 ${A_ROW} 10.0.0.0`, '"10.0.0.0" is not a subnet: write it like 10.0.0.0/24.'],
    ['lease-address', 'Usage: lease-address NS..., for example: lease-address ns1'],
    [
      'advertise-prefix lr0 ls0',
      'Usage: advertise-prefix LR LS ADDRESS/64, for example: advertise-prefix lr0 ls0 2001:db8:3::1/64',
    ],
    [
      'advertise-prefix lr0 ls0 2001:db8:3::1/80',
      '"2001:db8:3::1/80" is not an IPv6 address with /64, the length hosts form addresses of: write it like 2001:db8:3::1/64.',
    ],
    [
      'advertise-prefix lr0 ls0 2001:db8:3::g/64',
      '"2001:db8:3::g/64" is not an IPv6 address with /64, the length hosts form addresses of: write it like 2001:db8:3::1/64.',
    ],
    ['await-address', 'Usage: await-address NS..., for example: await-address ns1'],
  ])('%s: says what is wrong and returns 2', (line, sentence) => {
    expect(typed(line)).toEqual(refused(sentence))
  })

  it.each([
    ['create-dhcp-options 10.0.0.0/24 10.0.1.1', 'router 10.0.1.1 不在 10.0.0.0/24 裡，主機連不到它。'],
    ['create-dhcp-options 10.0.0.0 10.0.0.1', '「10.0.0.0」不是網段：請寫成 10.0.0.0/24 的樣子。'],
    ['lease-address', '用法：lease-address NS...，例如：lease-address ns1'],
  ])('%s: in Chinese where the shell speaks Chinese', (line, sentence) => {
    expect(typed(line, { lang: 'zh_TW.UTF-8' })).toEqual(refused(sentence))
  })

  it.skipIf(!canSandbox || hasNorthbound)('knows that it is not on controller', () => {
    for (const line of [
      'create-dhcp-options 10.0.0.0/24 10.0.0.1',
      `create-ovn-ls-and-lsp ls0 ${A_ROW} 10.0.0.0/24`,
      'advertise-prefix lr0 ls0 2001:db8:3::1/64',
    ])
      expect(typed(line).stderr).toMatch(
        /^The OVN northbound database does not answer on \S+: run \S+ on controller\.\n$/,
      )
  })
})

describe.skipIf(!canSandbox)('namespaces of day 03 (needs root and network namespaces)', () => {
  it('have an eth0 that is up, no address, and a resolv.conf of their own', () => {
    const { stdout, stderr } = inside(
      'mount -t tmpfs none /etc && touch /etc/resolv.conf\ncreate-ns ns1\nip -n ns1 -4 -o addr show dev eth0 | wc -l\nip -n ns1 -o link show dev eth0 | grep -c "[<,]UP[,>]"\nls /etc/netns/ns1',
    )
    expect(stdout).toBe('ns1: eth0 without an address <-> veth-ns1-br\n0\n1\nresolv.conf\n')
    expect(stderr).toBe('')
  })

  it('are asked for before a lease is', () => {
    const { status, stderr } = inside('lease-address ns1')
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^There is no namespace ns1 with an eth0 on \S+: create it first with create-ns ns1\n$/,
    )
  })
})
