import type { Hop, Trail } from '../core/hop.ts'
import { text } from '../core/text.ts'

const hops: Hop[] = [
  {
    id: 'stack-from',
    node: 'hypervisor',
    kind: 'stack',
    title: text('ns2 sends by eth0', 'ns2 從 eth0 送出'),
    verdict: 'ok',
    heardMs: 0.04,
  },
  {
    id: 'plug-from',
    node: 'hypervisor',
    kind: 'plug',
    title: text('veth-ns2-br in br-int', '進入 br-int 的 veth-ns2-br'),
    verdict: 'ok',
    saw: text('ARP request for 192.168.10.100', '詢問 192.168.10.100 的 ARP request'),
    heardMs: 0.4,
  },
  {
    id: 'acl',
    node: 'hypervisor',
    kind: 'bridge',
    title: text(
      'br-int, logical switch ls0, from port ls0-ns2 to the localnet port ls0-localnet',
      'br-int，logical switch ls0，從 port ls0-ns2 到 localnet port ls0-localnet',
    ),
    verdict: 'broken',
    saw: text(
      'an ACL drops what ls0-ns2 sends: from-lport, priority 1000, inport == "ls0-ns2" && ip4',
      'ACL 丟棄 ls0-ns2 送出的封包：from-lport，priority 1000，inport == "ls0-ns2" && ip4',
    ),
    where: 'controller · OVN_Northbound · ACL · match',
    row: 'ACL 62850693',
    try: 'sudo ovn-nbctl acl-list ls0   # on controller',
  },
  {
    id: 'link-to',
    node: 'controller',
    kind: 'link',
    title: text('eth2', 'eth2'),
    verdict: 'unknown',
    saw: text('there is no tcpdump', '沒有安裝 tcpdump'),
  },
  {
    id: 'stack-to',
    node: 'controller',
    kind: 'stack',
    title: text('ns1 answers by eth0', 'ns1 從 eth0 回應'),
    verdict: 'unreached',
  },
]

/** A path that is broken in the middle, with a hop of every verdict. */
export const brokenTrail: Trail = {
  from: 'ns2@hypervisor',
  to: 'ns1@controller',
  verdict: 'broken',
  hops,
  broken: 'acl',
  durationMs: 1234.5,
}
