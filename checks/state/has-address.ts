import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { list, on } from '../nouns/phrases.ts'

/**
 * The namespace exists on its node, and a link in it is up and has the address with the right prefix length.
 * Source of the facts: `ip address` (ip-address(8)).
 */
export async function hasAddress(lab: Lab, endpoint: Endpoint): Promise<void> {
  const { node, netns, address, prefixLength } = endpoint
  const facts = await lab.kernel(node)
  const links = facts.netns[netns]?.filter(link => link.name !== 'lo')
  const hasIt = links?.some(
    link =>
      link.isUp && link.addresses.some(has => has.address === address && has.prefixLength === prefixLength),
  )
  const isNodes = facts.netnsOfNode?.includes(netns) ?? false
  if (hasIt && !isNodes) return
  throw new Unmet({
    expected: text(
      `${address}/${prefixLength} on an interface that is up in ${netns}`,
      `${netns} 裡有一個已啟用的介面，位址是 ${address}/${prefixLength}`,
    ),
    saw: isNodes
      ? text(
          `${netns} is only another name for ${node}'s own network namespace`,
          `${netns} 只是 ${node} 自己的 network namespace 的另一個名稱`,
        )
      : links
        ? sawLinks([...links, ...(facts.netns[netns] ?? []).filter(isLoopbackWith(address))])
        : sawNoNamespace(facts, netns),
    where: `${node} · netns ${netns}`,
    isBegun: links !== undefined,
    cause: !isNodes && links && hasOnlyAnother(links, endpoint) ? 'address-differs' : undefined,
    tryThis: on(node, links ? `sudo ip -n ${netns} -br address` : 'ip netns list'),
  })
}

/** Of lo only that is told which a link should have: who has it there answers nobody outside of the namespace by ARP. */
const isLoopbackWith =
  (wanted: string) =>
  ({ name, addresses }: Link) =>
    name === 'lo' && addresses.some(({ address }) => address === wanted)

/** A link is up and has an IPv4 address, and nowhere is the endpoint's, with its prefix length: only the address is wrong. */
const hasOnlyAnother = (links: Link[], { address, prefixLength }: Endpoint): boolean => {
  const isIts = (has: Link['addresses'][number]) =>
    has.address === address && has.prefixLength === prefixLength
  return (
    !links.some(link => link.addresses.some(isIts)) &&
    links.some(link => link.isUp && link.addresses.some(({ family }) => family === 'inet'))
  )
}

const sawNoNamespace = ({ netns }: KernelFacts, wanted: string): Text => {
  const names = list(Object.keys(netns).sort())
  return text(
    `no namespace ${wanted}; namespaces here: ${names.en}`,
    `沒有名為 ${wanted} 的 namespace；現有的 namespace：${names['zh-TW']}`,
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
