import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { ttlsIn } from '../../harness/nodes/flows.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import type { Heard } from '../route/route.ts'
import type { Crossing } from './carried.ts'

/**
 * The flows of a node would let a packet out with another time to live than it bore where it was heard: what routers took of it was
 * given back beside the bridge, or it was taken there. Undefined where both agree, or nobody can tell.
 */
export function agedOtherwise(
  node: string,
  { datapathActions, givenTtl }: Pick<TraceSeen, 'datapathActions' | 'givenTtl'>,
  { station, next: { post, wanted, heard } }: Crossing,
): BrokenLink | undefined {
  const last = ttlsIn(datapathActions)
  const given = new Set(last.length > 0 || givenTtl === undefined ? last : [givenTtl])
  const borne = ttlsOf(heard)
  const [ttl] = given
  const [other] = borne
  // Of several, it is not known which was traced, or which left there.
  if (
    given.size !== 1 ||
    borne.size !== 1 ||
    ttlsOf(station.heard).size > 1 ||
    ttl === other ||
    post.isTunnel
  )
    return undefined
  const link = post.links[0]!
  return {
    where: `${node} · ${link}`,
    saw: text(
      `the flows of ${node} give the ${wanted.kind} a TTL of ${ttl}, and on ${link} it has ${other}: something beside the bridge changes it`,
      `${node} 的 flow 給 ${wanted.kind} 的 TTL 是 ${ttl}，在 ${link} 上卻是 ${other}：bridge 以外的東西改了它`,
    ),
    tryThis: on(
      node,
      `sudo tcpdump -n -v -i ${link} icmp; sudo nft list ruleset; tc filter show dev ${link} egress`,
    ),
  }
}

const ttlsOf = ({ frames }: Heard): Set<number> =>
  new Set(frames.flatMap(frame => ('ttl' in frame && typeof frame.ttl === 'number' ? [frame.ttl] : [])))
