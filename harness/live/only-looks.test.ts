import { expect, it } from 'vitest'
import { onlyLooks } from './only-looks.ts'

it.each([
  'ovs-vsctl show',
  'ovs-vsctl --columns=name,external_ids list Interface',
  'ovs-vsctl get Open_vSwitch . external_ids',
  'ovn-nbctl --timeout=10 lsp-get-addresses ls0-ns1 -- ls-list',
  'ovn-sbctl --db=tcp:192.168.33.10:6642 find Port_Binding type=localnet',
  'ovs-appctl -t ovs-vswitchd version',
  'ovs-appctl fdb/show br-int',
  'ovn-appctl -T 3 -t /var/run/ovn/ovn-controller.235.ctl connection-status',
  'ovs-ofctl -O OpenFlow15 -t 3 dump-flows br-int',
  'ovs-dpctl show',
  'ip a',
  'ip -n ns1 addr show dev eth0',
  'ip -br link',
  'ip netns list',
  'ip route get 192.168.10.1',
  'ip neigh show',
  'bridge fdb show',
  'brctl show',
  'brctl showmacs br0',
  'tc qdisc show dev eth0',
  'nft list ruleset',
  'iptables -S',
  'ethtool -k eth0',
  'sysctl net.ipv4.ip_forward',
  'ss -Hltn',
  'systemctl status ovn-central',
])('%s shows something and changes nothing', words => {
  expect(onlyLooks(words)).toBe(true)
})

it.each([
  'ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=flat0:br-eth2',
  'ovs-vsctl --may-exist add-br br-eth2 -- list Bridge',
  'ovn-nbctl lsp-set-addresses ls0-ns1 unknown',
  'ovn-nbctl -f csv lsp-del list',
  'ovs-appctl fdb/flush br-int',
  'ovs-appctl netdev-dummy/receive p1',
  'ovn-appctl -t ovn-controller exit',
  'ovs-ofctl add-flow br-int priority=65000,actions=drop',
  'ovs-dpctl del-flows',
  'ip',
  'ip netns exec ns1 ip link show',
  'ip netns del show',
  'ip link set list up',
  'ip -n ns1 addr flush dev eth0',
  'ip neigh replace 192.168.10.200 lladdr 02:00:00:00:00:99 dev eth0',
  'brctl addbr list',
  'tc qdisc add dev eth0 root netem loss 100%',
  'nft delete table inet t',
  'nft flush ruleset',
  'iptables -A INPUT -j DROP',
  'ethtool -K eth0 tx off',
  'sysctl -w net.ipv4.ip_forward=1',
  'sysctl net.ipv4.ip_forward=1',
  'sysctl -p',
  'systemctl restart ovn-central',
  'ping -c 1 192.168.10.1',
])('%s may change something', words => {
  expect(onlyLooks(words)).toBe(false)
})
