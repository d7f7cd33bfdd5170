import { describe, expect, it } from 'vitest'
import { historyOf, sift } from './history.ts'
import { piecesOf } from './parts.ts'
import { scriptsFrom } from './scripts-from.ts'

const HELPERS = ['create-ns', 'add-localnet-port']
const taken = (...commands: string[]) =>
  sift(
    commands.map(command => ({ command })),
    { helpers: HELPERS },
  ).taken.map(({ command }) => command)

describe('a history file', () => {
  it('is a command a line without times', () => {
    expect(historyOf('ip netns add ns1\n\nls\n')).toEqual([
      { command: 'ip netns add ns1' },
      { command: 'ls' },
    ])
  })

  it('has commands of several lines where it has times', () => {
    expect(historyOf('#1700000000\nfor i in 1 2; do\nip netns add n$i\ndone\n#1700000005\nls\n')).toEqual([
      { command: 'for i in 1 2; do\nip netns add n$i\ndone', at: 1700000000 },
      { command: 'ls', at: 1700000005 },
    ])
  })
})

it('what was typed while a shell inside a namespace was open bears its name, as the script says', () => {
  const typed = historyOf(
    '#1700000000\nip netns add ns1\n#1700000010\nip link set lo up\n#1700000011\novs-vsctl add-br b\n#1700000012\nexit\n' +
      '#1700000005\nip netns exec ns1 bash\n#1700000020\nip link set eth2 up\n',
  )
  expect(typed.map(({ within }) => within)).toEqual([undefined, 'ns1', 'ns1', 'ns1', undefined, undefined])
  const { taken } = sift(typed, { helpers: [] })
  const script = scriptsFrom(new Map([['controller', taken]]), 'x').scripts.get('controller')!
  expect(script.split('\n').slice(4)).toEqual([
    'ip netns add ns1',
    '# If you typed this in the shell inside ns1, write before it: ip netns exec ns1',
    'ip link set lo up',
    'ovs-vsctl add-br b',
    'ip link set eth2 up',
    '',
  ])
})

describe('what is taken', () => {
  it('makes something of a network, however it is wrapped', () => {
    const made = [
      'sudo ip netns add ns1',
      'create-ns ns1 192.168.10.100',
      'sudo -E /usr/bin/ovn-nbctl --may-exist ls-add ls0',
      'sudo ip netns exec ns1 ip link set lo up',
      'for n in 1 2; do ovn-nbctl lsp-add ls0 p$n; done',
      'ovs-vsctl get bridge br-int datapath_type && ovs-vsctl add-br br-eth2',
      'ovs-vsctl set Interface x external_ids:iface-id=ls0-ns1',
      'ip -n ns1 addr add 10.0.0.1/24 dev eth0',
      'sysctl -w net.ipv4.ip_forward=1',
      'systemctl restart ovn-controller',
      'MAC=$(cat /sys/class/net/x/address)',
      'ip netns exec ns1 udhcpc -i eth0 -n',
      'mkdir -p /etc/netns/ns1',
      'echo 1 > /proc/sys/net/ipv4/ip_forward',
      'echo 1 | sudo tee /proc/sys/net/ipv4/ip_forward',
      'cat >web.py <<END\nimport http.server\nEND',
      'systemd-run --unit=web ip netns exec ns1 python3 web.py',
      'pkill -STOP -x ovn-controller',
      'ovn-nbctl --bare --columns=_uuid find DHCP_Options | xargs -rn1 ovn-nbctl dhcp-options-del',
      'if ! ip netns add ns1; then echo no; fi',
      'bash setup.sh',
      './setup.sh ns1',
      '/srv/setup.sh',
      // Programs that no list has.
      'ip netns exec ns1 python3 -m http.server 80 &',
      'nohup dnsmasq -d &',
      'sed -i s/a/b/ /etc/hosts',
      'sudo nmcli con add type bridge',
      'ssh vagrant@192.168.33.20 sudo ip link set eth2 up',
      'socat TCP-LISTEN:80,fork -',
      'f() { ip link set $1 up; }',
      'f eth2',
      'ip -batch links',
      'networkctl reload',
      'echo "$(ovn-nbctl ls-add ls0)"',
    ]
    expect(taken(...made)).toEqual(made)
  })

  it('is not what only shows or talks', () => {
    expect(
      taken(
        'ls -la',
        'ip a',
        'ip -br link',
        'ip addr show dev eth2',
        'sudo ovn-nbctl show',
        'ovs-vsctl list Interface',
        'ovn-sbctl find Port_Binding type=patch',
        'man ovn-nbctl',
        'sudo ip netns exec ns2 ping -c 3 192.168.10.1',
        'tcpdump -ni eth2 icmp',
        'systemctl status ovn-controller',
        'ip -n ns1 -br addr',
        'ip -n ns1 -6 addr show dev eth0',
        'ip -n ns1 -6 route',
        'ip netns pids ns1',
        'ovn-nbctl lsp-get-addresses ls0-ns1',
        'ovn-nbctl lrp-get-gateway-chassis lr0-ls1',
        'ovn-trace --minimal ls0 \'inport == "ls0-ns2"\'',
        'ovs-ofctl --names dump-ports br-int veth-ns1-br',
        'ip netns exec ns1 udhcpc -i eth0 -f -n -q -s /bin/true',
        'source /opt/ovn-lab/day-06/helper.sh',
        'bash',
        'sudo -i',
        'history | grep ovs-vsctl',
        'sudo su',
        'exit',
        'for n in 1 2; do ping -c1 192.168.10.$n; done',
        '[ -f /etc/hosts ] && cat /etc/hosts',
        'ovn-trace ls0 \'inport == "a" && ip4.src == 10.0.0.1 || arp\'',
        'echo "a; b && c"',
        'sed -n 1,5p /etc/hosts',
        'find /etc -name "*.conf"',
        'networkctl list',
        'vim /etc/hosts',
        '# ip link set eth2 up',
        'curl http://192.168.10.100',
      ),
    ).toEqual([])
  })

  it('is never what may hold a secret, and says how many those were', () => {
    const typed = ['ip netns add a', 'ovn-nbctl set x . options:token=abc', 'echo vagrant:pw | sudo chpasswd']
    const { taken, secrets, of } = sift(
      typed.map(command => ({ command })),
      { helpers: HELPERS },
    )
    expect(taken).toEqual([{ command: 'ip netns add a' }])
    expect([secrets, of]).toEqual([2, 3])
  })

  it('is nothing that cannot be run there, and what was left out is told', () => {
    const typed = [
      'ls -la',
      'frobnicate -a',
      'dnsmasq -d',
      'ls',
      ':q!',
      'sudo nano /etc/hosts',
      '/opt/own/tool',
    ]
    const sifted = sift(
      typed.map(command => ({ command })),
      { helpers: HELPERS, programs: new Set(['ls', 'dnsmasq', 'nano', 'sudo']) },
    )
    expect(sifted.taken.map(({ command }) => command)).toEqual(['dnsmasq -d', '/opt/own/tool'])
    expect(sifted.left).toEqual(['ls', 'frobnicate', ':q!'])
    expect(sifted.edited).toEqual(['sudo nano /etc/hosts'])
  })

  it('is once what was typed twice in a row, and twice what was typed twice', () => {
    expect(taken('ip netns add a', 'ip netns add a', 'ip netns del a', 'ip netns add a')).toEqual([
      'ip netns add a',
      'ip netns del a',
      'ip netns add a',
    ])
  })
})

describe('scripts', () => {
  it('keep the order between nodes where it is known', () => {
    const at = (command: string, at: number) => ({ command, at })
    const { scripts, isOrdered } = scriptsFrom(
      new Map([
        ['controller', [at('a', 1), at('c', 3), at('d', 4)]],
        ['hypervisor', [at('b', 2), at('e', 5)]],
      ]),
      'day-06',
    )
    expect(isOrdered).toBe(true)
    expect(scripts.get('controller')).toBe('#!/bin/bash\n# day-06\n\n# part: 1\na\n\n# part: 2\nc\nd\n')
    expect(scripts.get('hypervisor')).toBe('#!/bin/bash\n# day-06\n\n# part: 1\nb\n\n# part: 2\ne\n')
    const pieces = piecesOf(
      [...scripts].map(([node, content]) => ({ node, file: node, path: node, content })),
    )
    expect(pieces.map(({ run }) => run.replace(/#.*\n/, '').trim())).toEqual(['a', 'b', 'c\nd', 'e'])
  })

  it('end with the central node what was typed in one second: its commands may read what the others made', () => {
    const at = (command: string, at: number) => ({ command, at })
    const { scripts } = scriptsFrom(
      new Map([
        ['controller', [at('create-ns ns1', 1), at('create-ovn-ls-and-lsp ls0', 1)]],
        ['hypervisor', [at('create-ns ns2', 1)]],
      ]),
      'day-06',
    )
    const pieces = piecesOf(
      [...scripts].map(([node, content]) => ({ node, file: node, path: node, content })),
    )
    expect(pieces.map(({ run }) => run.replace(/#.*\n/, '').trim())).toEqual([
      'create-ns ns2',
      'create-ns ns1\ncreate-ovn-ls-and-lsp ls0',
    ])
  })

  it('have no parts where it is not', () => {
    const { scripts, isOrdered } = scriptsFrom(
      new Map([
        ['controller', [{ command: 'a', at: 1 }]],
        ['hypervisor', [{ command: 'b' }]],
      ]),
      'day-06',
    )
    expect(isOrdered).toBe(false)
    expect(scripts.get('controller')).toBe('#!/bin/bash\n# day-06\na\n')
  })
})
