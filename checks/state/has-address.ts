import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { noNamespace } from './no-namespace.ts'

/**
 * The namespace exists on its node, and a link in it is up and has the address with the right prefix length.
 * Source of the facts: `ip address` (ip-address(8)).
 */
export async function hasAddress(lab: Lab, endpoint: Endpoint): Promise<void> {
  const { node, netns, address, prefixLength } = endpoint
  const facts = await lab.kernel(node)
  const all = facts.netns[netns]
  const links = all?.filter(link => link.name !== 'lo')
  const onLo = all?.some(link => link.name === 'lo' && link.addresses.some(has => has.address === address))
  const hasIt = links?.some(
    link =>
      link.isUp && link.addresses.some(has => has.address === address && has.prefixLength === prefixLength),
  )
  const absent = noNamespace(facts, node, netns)
  if (hasIt && !absent) return
  throw new Unmet({
    expected: text(
      `${address}/${prefixLength} on an interface that is up in ${netns}`,
      `${netns} 裡有一個已啟用的介面，位址是 ${address}/${prefixLength}`,
    ),
    saw: andThen(sawLinks(links ?? []), onLo ? leadsNowhere(endpoint) : undefined),
    where: `${node} · netns ${netns}`,
    isBegun: links !== undefined,
    cause: hasOnlyAnother(links ?? [], endpoint) ? 'address-differs' : undefined,
    tryThis: on(node, `sudo ip -n ${netns} -br address`),
    ...(absent && { cause: undefined, ...absent }),
  })
}

const leadsNowhere = ({ netns, address }: Endpoint): Text =>
  text(
    `${netns} has ${address} on lo, by which no packet comes in from others`,
    `${netns} 的 ${address} 設定在 lo 上，別人的封包不會從 lo 進來`,
  )

/** A link is up and has an IPv4 address, and nowhere is the endpoint's, with its prefix length: only the address is wrong. */
const hasOnlyAnother = (links: Link[], { address, prefixLength }: Endpoint): boolean => {
  const isIts = (has: Link['addresses'][number]) =>
    has.address === address && has.prefixLength === prefixLength
  return (
    !links.some(link => link.addresses.some(isIts)) &&
    links.some(link => link.isUp && link.addresses.some(({ family }) => family === 'inet'))
  )
}

function sawLinks(links: Link[]): Text {
  const seen = links.map(({ name, isUp, addresses }) => {
    const own = addresses
      .filter(has => has.family === 'inet')
      .map(has => `${has.address}/${has.prefixLength}`)
    return `${name} ${isUp ? 'UP' : 'DOWN'} ${own.join(' ')}`.trim()
  })
  return seen.length > 0 ? list(seen) : text('no interface except lo', '除了 lo 以外沒有任何介面')
}
