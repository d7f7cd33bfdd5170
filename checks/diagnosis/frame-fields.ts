import { EVERYBODY } from '../nouns/arp.ts'
import { solicitedNode } from '../nouns/solicited-node.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Crossing, Fields } from './nft-fields.ts'

/**
 * What rules see of the frame of a question for a MAC address, and of its answer: the question goes to everybody on the link
 * (RFC 826), or to a group of them (RFC 4861, 7.2.2), unless it goes to the one alone who is known to have it. The kernel notes for whom a frame was when
 * it comes in (nft(8), meta pkttype).
 */
export function frameFields({ kind, destination, isUnicast }: Wanted, way: Crossing['way']): Fields {
  if (isUnicast || !kind.startsWith('arp')) return {}
  const toWhom = (pkttype: string): Fields => (way === 'out' ? {} : { 'meta pkttype': pkttype })
  if (kind === 'arp-reply') return toWhom(way === 'through' ? 'other' : 'host')
  if (!destination.includes(':'))
    return { ...toWhom('broadcast'), 'ether daddr': EVERYBODY, '@ll,0,48': 0xffff_ffff_ffff }
  const { address, mac } = solicitedNode(destination)
  return { ...toWhom('multicast'), 'ether daddr': mac, 'ip6 daddr': address }
}
