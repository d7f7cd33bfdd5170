import type { Link } from './kernel.ts'

/**
 * Whether two links in two namespaces may be the ends of one veth pair: each names the other by its number (veth(4)). A number
 * is unique in its own namespace only.
 */
export const arePair = (
  one: Pick<Link, 'index' | 'peerIndex'>,
  other: Pick<Link, 'index' | 'peerIndex'>,
): boolean => one.index === other.peerIndex && other.index === one.peerIndex
