import type { Link } from '../../harness/look/evidence.ts'
import { type Lab, NODES } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { plugs } from '../integration-bridge.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { endsOf, firstOf, type Path, type Suspect } from './path.ts'
import { unlessBlind } from './unless-blind.ts'

/** Where a link is: on a node, in one of its namespaces or in none. */
interface Holder {
  node: string
  netns?: string
  link: Link
}

/** Another link in the lab has the address of one end of the path, and can answer for it. */
export const addressTwice: Suspect = (lab, path) =>
  firstOf([path.address, path.from.address], address => holderBeside(lab, path, address))

async function holderBeside(lab: Lab, path: Path, address: string): Promise<BrokenLink | undefined> {
  const holders = (await Promise.all(NODES.map(node => holdersOn(lab, node, address)))).flat()
  const rightful = endsOf(path).find(end => end.address === address)
  const other = holders.find(({ node, netns }) => node !== rightful?.node || netns !== rightful.netns)
  if (!other) return undefined
  const { node, netns, link } = other
  const owner = rightful ? `${rightful.netns} @ ${rightful.node}` : undefined
  const place = netns === undefined ? link.name : `netns ${netns}`
  return {
    where: `${node} · ${place}`,
    saw: text(
      `${link.name}${netns === undefined ? '' : ` in ${netns}`} on ${node} has the address ${address} as well, ${owner ? `but that belongs to ${owner}` : 'but that belongs to a machine on the physical network'}`,
      `${node} 上${netns === undefined ? '的' : ` ${netns} 裡的`} ${link.name} 也有位址 ${address}，但它${owner ? `屬於 ${owner}` : '屬於實體網路上的機器'}`,
    ),
    tryThis: on(
      node,
      netns === undefined ? `ip -br address show ${link.name}` : `sudo ip -n ${netns} -br address`,
    ),
    cause: 'address-twice',
  }
}

/** Links of a node that have the address and are up; of a namespace only where it is wired to a bridge. */
async function holdersOn(lab: Lab, node: string, address: string): Promise<Holder[]> {
  const [facts, ovs] = [await unlessBlind(lab.kernel(node)), await unlessBlind(lab.ovs(node))]
  if (!facts || !ovs) return []
  const has = (link: Link) => link.isUp && link.addresses.some(own => own.address === address)
  const wired = plugs(ovs).map(({ iface }) => iface.name)
  const isWired = (link: Link, inside: Link[]) => {
    const outer = facts.links.find(
      ({ index, peerIndex }) => index === link.peerIndex && peerIndex === link.index,
    )
    if (outer) return wired.includes(outer.name) || outer.master !== undefined
    // An address on the loopback is answered on every link of the namespace.
    return wired.includes(link.name) || (link.name === 'lo' && inside.length > 1)
  }
  return [
    ...facts.links.filter(has).map(link => ({ node, link })),
    ...Object.entries(facts.netns).flatMap(([netns, links]) =>
      links.filter(link => has(link) && isWired(link, links)).map(link => ({ node, netns, link })),
    ),
  ]
}
