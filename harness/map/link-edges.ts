import type { Link } from '../look/evidence.ts'
import { arePair } from '../look/veth.ts'
import { linkKey } from './keys.ts'
import { offOfLink } from './link-details.ts'
import type { MapEdge } from './model.ts'

/** A link, and the element that it is drawn as, or in. */
export interface Standing {
  id: string
  /** The namespace it is in; the node itself is ''. */
  netns: string
  link: Link
}

/** An edge that has no id yet. */
type Found = Omit<MapEdge, 'id'>

/** Veth pairs with both ends on the node itself, and those between two namespaces. */
export function pairEdges(node: string, standing: Standing[]): Found[] {
  return standing.flatMap((one, at) =>
    standing
      .slice(at + 1)
      .filter(other => isPair(one, other))
      .slice(0, 1)
      .map((other): Found => {
        const off = offOfLink(one.link) ?? offOfLink(other.link)
        const rows = [one, other].map(({ netns, link }) => linkKey(node, netns, link.name))
        return { kind: 'veth', from: one.id, to: other.id, rows, ...(off && { off }) }
      }),
  )
}

/** A number says nothing of the namespace; whether the other end is elsewhere is told beside it. */
const isPair = (one: Standing, other: Standing): boolean =>
  one.link.kind === 'veth' &&
  other.link.kind === 'veth' &&
  arePair(one.link, other.link) &&
  [one, other].every(({ link }) => (link.peerNetnsId === undefined) === (one.netns === other.netns)) &&
  // From a namespace to the node: drawn with the interface itself.
  (one.netns === '') === (other.netns === '')

/** VLANs, macvlans and others that stand on a link of the node. */
export function lowerEdges(node: string, standing: Standing[]): Found[] {
  return standing.flatMap(one => {
    const { lowerIndex, peerNetnsId } = one.link
    const isHere = peerNetnsId === undefined
    const lower = standing.find(
      other =>
        other !== one &&
        other.link.index === lowerIndex &&
        other.netns === (isHere ? one.netns : '') &&
        (isHere || one.netns !== ''),
    )
    if (lowerIndex === undefined || !lower) return []
    const off = offOfLink(one.link) ?? offOfLink(lower.link)
    const rows = [one, lower].map(({ netns, link }) => linkKey(node, netns, link.name))
    return [{ kind: 'lower', from: one.id, to: lower.id, rows, ...(off && { off }) }]
  })
}
