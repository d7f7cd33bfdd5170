/** A packet of each kind that people send, as a logical flow sees it (ovn-sb(5), Logical_Flow, match): a row may be for one of them alone. */
export const KINDS_SENT = {
  'a ping': 'icmp4.type == 8 && icmp4.code == 0',
  TCP: 'tcp.src == 30000 && tcp.dst == 8443 && tcp.flags == 2',
  UDP: 'udp.src == 30000 && udp.dst == 5353',
}
