import type { LogicalPortKeys } from '../../harness/look/traffic.ts'

/** What stands around a packet in Geneve, as far as OVN has a use for it (ovn-architecture(7), "Tunnel Encapsulations"). */
export interface TunnelHead {
  vni: number
  /** Empty where the kernel chooses it by its routes. */
  outerSource: string
  outerDestination: string
  ports?: LogicalPortKeys
}

/** Outer Ethernet is no part of what an MTU counts: IPv4, UDP, Geneve with OVN's option, and the inner Ethernet are (RFC 8926). */
export const AROUND_BYTES = 20 + 8 + 8 + 8 + 14

/** OVN's option of Geneve: class and type (ovn-architecture(7)). */
const OPTION = String.raw`\{class=0x102,type=0x80,len=4,(0x[0-9a-f]+)\}`
/** As the datapath in user space prints what it does, whole heads; and as that of the kernel does, fields for it (odp-util). */
const PUSHED = new RegExp(
  String.raw`ipv4\(src=([\d.]+),dst=([\d.]+)[^)]*\),udp\([^)]*\),geneve\([^)]*?vni=(0x[0-9a-f]+)(?:,options\(${OPTION}\))?`,
  'g',
)
const SET = new RegExp(
  String.raw`set\(tunnel\(tun_id=(0x[0-9a-f]+),(?:src=([\d.]+),)?dst=([\d.]+)(?:[^()]*?geneve\(${OPTION}\))?`,
  'g',
)

/** The heads that actions of a datapath put around a packet, one for each copy that they send into a tunnel. */
export function headsIn(datapathActions: string): TunnelHead[] {
  const pushed = [...datapathActions.matchAll(PUSHED)].map(([, source, destination, vni, option]) =>
    head(vni!, source, destination!, option),
  )
  const set = [...datapathActions.matchAll(SET)].map(([, vni, source, destination, option]) =>
    head(vni!, source, destination!, option),
  )
  return [...pushed, ...set]
}

const head = (
  vni: string,
  source: string | undefined,
  destination: string,
  option: string | undefined,
): TunnelHead => ({
  vni: Number(vni),
  outerSource: source ?? '',
  outerDestination: destination,
  ...(option && { ports: keysIn(Number(option)) }),
})

const keysIn = (option: number): LogicalPortKeys => ({
  ingress: (option >>> 16) & 0x7fff,
  egress: option & 0xffff,
})

/** A packet that comes in with such a head, in the words of ofproto/trace (ovs-fields(7), "Tunnel Fields"). */
export const inWords = ({ vni, outerSource, outerDestination, ports }: TunnelHead): string =>
  [
    `tun_id=${vni}`,
    ...(outerSource ? [`tun_src=${outerSource}`] : []),
    `tun_dst=${outerDestination}`,
    ...(ports ? [`tun_metadata0=0x${(ports.ingress * 0x10000 + ports.egress).toString(16)}`] : []),
  ].join(',')
