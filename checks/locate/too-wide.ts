import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import type { Device } from './device.ts'

/**
 * A packet does not fit through a link between machines that is as wide as it was made: then not that link is narrow, but the
 * sender's own has room for more than its network; so it is with the other end of its own cable. Of two cables it is the
 * narrow one that was forgotten.
 */
export async function tooWide(
  lab: Lab,
  at: Pick<Device, 'node' | 'name'> & { mtu: number },
  { source, bytes }: { source: string; bytes: number },
): Promise<BrokenLink | undefined> {
  // Of any other machines nobody knows how wide they were made.
  if (!lab.linksMade) return undefined
  const { [at.name]: made, ...others } = lab.linksMade
  const usual = made?.mtuBytes ?? Math.min(...Object.values(others).map(({ mtuBytes }) => mtuBytes))
  if (at.mtu < usual) return undefined
  const facts = await Promise.all(lab.nodes.map(async node => ({ node, ...(await lab.kernel(node)) })))
  // Where its fellow on another node was made wider, it was forgotten.
  if (facts.some(({ links }) => links.some(({ name, mtu }) => name === at.name && mtu >= bytes)))
    return undefined
  const outer = facts.find(({ node }) => node === at.node)?.links.find(({ name }) => name === at.name)
  for (const { node, netns: namespaces } of facts)
    for (const [netns, links] of Object.entries(namespaces)) {
      const link = links.find(({ addresses }) => addresses.some(({ address }) => address === source))
      if (link === undefined || link.mtu < bytes) continue
      if (made === undefined && !(outer && arePair(outer, link))) continue
      return {
        where: `${node} · netns ${netns}`,
        saw: text(
          `${link.name} in ${netns} has an MTU of ${link.mtu} bytes, so ${netns} sends packets of ${bytes}, and ${at.name} on ${at.node} has room for ${at.mtu}, as is usual there`,
          `${netns} 裡 ${link.name} 的 MTU 是 ${link.mtu} 位元組，所以 ${netns} 會送出 ${bytes} 位元組的封包，而 ${at.node} 的 ${at.name} 只容得下平常的 ${at.mtu} 位元組`,
        ),
        tryThis: on(node, `sudo ip -n ${netns} link show ${link.name}`),
        cause: 'mtu',
      }
    }
  return undefined
}
