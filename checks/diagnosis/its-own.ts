import { text } from '../../harness/core/text.ts'
import type { Link } from '../../harness/look/evidence.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * A machine that has a peer's address itself, on whatever link: it sends nothing there, and drops what seems to come from itself
 * (ip-sysctl, accept_local). Undefined where none of its links has the address.
 */
export function itsOwn(
  { node, netns }: { node: string; netns?: string | undefined },
  links: Link[],
  address: string,
): BrokenLink | undefined {
  const link = links.find(({ addresses }) => addresses.some(own => own.address === address))
  if (!link) return undefined
  const name = netns ?? node
  return {
    where: `${node} · ${netns === undefined ? link.name : `netns ${netns}`}`,
    saw: text(
      `${name} has the address ${address} itself, on ${link.name}, so packets for it do not leave`,
      `${name} 自己的 ${link.name} 也有位址 ${address}，所以給它的封包出不去`,
    ),
    tryThis: on(node, `sudo ip ${netns === undefined ? '' : `-n ${netns} `}-br address`),
    cause: 'address-twice',
  }
}
