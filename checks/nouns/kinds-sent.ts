import { SOMEBODYS_MAC } from './somebody.ts'

/** What Linux gives a packet (net.ipv4.ip_default_ttl), unless told. */
export const USUAL_TTL = 64

/** A packet of each kind that people send, as a logical flow sees it (ovn-sb(5), Logical_Flow, match): a row may be for one of them alone. */
export const KINDS_SENT = {
  'a ping': 'icmp4.type == 8 && icmp4.code == 0',
  TCP: 'tcp.src == 30000 && tcp.dst == 8443 && tcp.flags == 2',
  UDP: 'udp.src == 30000 && udp.dst == 5353',
}

/** A packet of IPv4 from somebody, as ovn-trace(8) takes it where it comes in by a port of a router. */
export const atRouter = (
  port: { name: string; mac: string },
  from: string,
  to: string,
  { head, ttl = USUAL_TTL }: { head: string; ttl?: number },
): string =>
  `inport == ${JSON.stringify(port.name)} && eth.src == ${SOMEBODYS_MAC} && eth.dst == ${port.mac} && ip4.src == ${from} && ip4.dst == ${to} && ip.ttl == ${ttl} && ${head}`
