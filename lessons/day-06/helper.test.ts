import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { hasBash, isRoot, refused, typedHelper } from '../../harness/testing/typed-helper.ts'

const { helper, typed, inside, canSandbox, hasNorthbound } = await typedHelper(import.meta.dirname)

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

describe.skipIf(!hasBash)('helper.sh (needs bash)', () => {
  it('is sound bash', () => {
    expect(spawnSync('bash', ['-n'], { input: helper, encoding: 'utf8' }).stderr).toBe('')
  })

  it('defines the commands of the course and its own and leaves no variable behind', () => {
    const { stdout } = typed('compgen -v | grep -i ovnlab; compgen -A function | grep -v ^_ovnlab')
    expect(stdout.trim().split('\n').sort()).toEqual([
      'add-bridge-mapping',
      'add-localnet-port',
      'assign-iface-to-ovn-lsp',
      'connect-ovn-lr-to-ls',
      'create-ns',
      'create-ovn-lr',
      'create-ovn-ls-and-lsp',
      'serve-table',
    ])
  })

  it.each([
    ['create-ns', 'Usage: create-ns NS IP [GW], for example: create-ns ns1 192.168.10.100'],
    ['create-ns ns1', 'Usage: create-ns NS IP [GW], for example: create-ns ns1 192.168.10.100'],
    [
      'create-ovn-ls-and-lsp',
      'Usage: create-ovn-ls-and-lsp LS [NS...], for example: create-ovn-ls-and-lsp ls0',
    ],
    ['add-localnet-port ls0', 'Usage: add-localnet-port LS NET, for example: add-localnet-port ls0 flat0'],
    [
      'assign-iface-to-ovn-lsp',
      'Usage: assign-iface-to-ovn-lsp LS [NS...], for example: assign-iface-to-ovn-lsp ls0 ns1',
    ],
    [
      'add-bridge-mapping eth2',
      'Usage: add-bridge-mapping IF NET, for example: add-bridge-mapping eth2 flat0',
    ],
    ['serve-table', 'Usage: serve-table NS, for example: serve-table ns1'],
    [
      'create-ns webserver 192.168.10.100',
      'The name webserver is too long: veth-webserver-br would have 17 characters but Linux allows 15, so NS can have at most 7.',
    ],
    [
      'create-ns ns1 192.168.10.256',
      '"192.168.10.256" is not an IPv4 address a host can have: write it like 192.168.10.100 or 192.168.10.100/24.',
    ],
    ['create-ns ns1 192.168.10.100 192.168.11', 'The gateway "192.168.11" is not an IPv4 address.'],
    [
      'create-ns ns1 10.0.0.1 10.10.0.254',
      'The gateway 10.10.0.254 is not in the subnet of 10.0.0.1/24: is one of the two mistyped?',
    ],
    [
      'create-ns ns1 192.168.1.1/25 192.168.1.254',
      'The gateway 192.168.1.254 is not in the subnet of 192.168.1.1/25: is one of the two mistyped?',
    ],
    [
      'add-localnet-port ls0 flat:0',
      '"flat:0" cannot be the name of NET: use letters, digits, dot, hyphen and underscore.',
    ],
  ])('%s: says what is wrong and returns 2', (line, sentence) => {
    expect(typed(line)).toEqual(refused(sentence))
  })

  it('says it in Chinese where the shell speaks Chinese', () => {
    expect(typed('create-ns', { lang: 'zh_TW.UTF-8' })).toEqual(
      refused('用法：create-ns NS IP [GW]，例如：create-ns ns1 192.168.10.100'),
    )
  })

  it.each([
    ['192.168.1.1/24 192.168.1.254', 0],
    ['10.0.3.1/16 10.0.200.254', 0],
    ['200.1.2.3/8 200.255.255.254', 0],
    ['192.168.1.1/32 192.168.1.254', 1],
    ['10.0.3.1/24 10.0.4.1', 1],
  ])('tells whether a gateway is in the subnet of an address: %s', (words, status) => {
    expect(typed(`_ovnlab_same_subnet ${words}`).status).toBe(status)
  })

  it('keeps every other mapping when it adds one', () => {
    expect(typed(`_ovnlab_merge_mapping 'lan:br-a,flat0:br-old,wan:br-b' flat0 br-eth2`).stdout).toBe(
      'lan:br-a,wan:br-b,flat0:br-eth2',
    )
    expect(typed(`_ovnlab_merge_mapping '' flat0 br-eth2`).stdout).toBe('flat0:br-eth2')
  })

  it.skipIf(!isRoot)('asks for root (needs root, to give it up)', () => {
    expect(typed('create-ns ns1 192.168.10.100', { wrapper: asNobody })).toEqual(
      refused('create-ns needs root: become root with sudo su, source helper.sh again, and run it again.'),
    )
  })

  it.skipIf(!isRoot || hasNorthbound)('knows it is not on controller (needs root, and no OVN here)', () => {
    const { status, stderr } = typed('add-localnet-port ls0 flat0')
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^The OVN northbound database does not answer on \S+: run add-localnet-port on controller\.\n$/,
    )
  })
})

describe.skipIf(!canSandbox)('create-ns (needs root and network namespaces)', () => {
  const addresses = `ip -n ns1 -4 -o addr show dev eth0 | awk '{ print $4 }'`

  it('makes a namespace whose eth0 is up and has the address with /24', () => {
    expect(inside(`create-ns ns1 192.168.10.100\n${addresses}`)).toMatchObject({
      stdout: 'ns1: eth0 192.168.10.100/24 <-> veth-ns1-br\n192.168.10.100/24\n',
      stderr: '',
    })
  })

  it('changes nothing the second time, not even the MAC address', () => {
    const lines = 'ip -n ns1 -o link show eth0 | md5sum; ip -o link show veth-ns1-br | md5sum'
    const twice = `create-ns ns1 192.168.10.100; sleep 0.2; ${lines}\n`.repeat(2)
    const { stdout, stderr } = inside(twice)
    const seen = stdout.trim().split('\n')
    expect(stderr).toBe('')
    expect(seen.slice(0, 3)).toEqual(seen.slice(3))
  })

  it('gives a namespace another address in place of the first, and a way out', () => {
    const { stdout } = inside(
      `create-ns ns1 192.168.10.100 >/dev/null\ncreate-ns ns1 192.168.10.7/25 192.168.10.1 >/dev/null\n${addresses}\nip -n ns1 route show default`,
    )
    expect(stdout.replace(/ +$/gm, '')).toBe('192.168.10.7/25\ndefault via 192.168.10.1 dev eth0\n')
  })

  it('leaves a namespace alone whose eth0 it did not make', () => {
    const { stdout, stderr } = inside(
      'ip netns add ns1; ip -n ns1 link add eth0 type veth peer name other\ncreate-ns ns1 192.168.10.100; echo $?\nip -n ns1 -br link | wc -l',
    )
    expect(stdout).toBe('2\n3\n')
    expect(stderr).toBe(
      'veth-ns1-br and eth0 of namespace ns1 are not one veth pair: remove what is left of them (ip link del veth-ns1-br; ip netns del ns1) and run it again.\n',
    )
  })

  it('takes its namespace back where the rest cannot be made', () => {
    const { stdout } = inside(
      'ip() { if [[ $* == *"link set dev eth0 up"* ]]; then return 1; fi; command ip "$@"; }\ncreate-ns ns1 192.168.10.100; echo $?\ncommand ip netns list; command ip -br link | wc -l',
    )
    expect(stdout).toBe('1\n1\n')
  })
})
