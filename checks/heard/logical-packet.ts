/** What ovs-fields(7) calls a field, and what it is called in a match of OVN (ovn-sb(5), Logical_Flow, match). */
const FIELDS: Record<string, string> = {
  dl_src: 'eth.src',
  dl_dst: 'eth.dst',
  nw_src: 'ip4.src',
  nw_dst: 'ip4.dst',
  nw_ttl: 'ip.ttl',
  icmp_type: 'icmp4.type',
  icmp_code: 'icmp4.code',
  ipv6_src: 'ip6.src',
  ipv6_dst: 'ip6.dst',
  icmpv6_type: 'icmp6.type',
  icmpv6_code: 'icmp6.code',
  nd_target: 'nd.target',
  nd_sll: 'nd.sll',
  nd_tll: 'nd.tll',
  arp_op: 'arp.op',
  arp_spa: 'arp.spa',
  arp_tpa: 'arp.tpa',
  arp_sha: 'arp.sha',
  arp_tha: 'arp.tha',
  tp_src: 'tcp.src',
  tp_dst: 'tcp.dst',
  tcp_flags: 'tcp.flags',
}

/**
 * A packet that was written for ofproto/trace, as ovn-trace(8) takes it when it comes in by a logical port. Undefined for one that is
 * in a VLAN or came out of a tunnel.
 */
export function asLogical(flow: string, logicalPort: string): string | undefined {
  if (/\b(dl_vlan|tun_\w+)=/.test(flow)) return undefined
  const fields = flow.split(',').flatMap(part => {
    const [key = '', value] = part.split('=')
    const name = FIELDS[key]
    return name && value !== undefined ? [`${name} == ${value}`] : []
  })
  return [`inport == ${JSON.stringify(logicalPort)}`, ...fields].join(' && ')
}
