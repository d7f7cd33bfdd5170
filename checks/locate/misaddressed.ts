import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { encapAddressGone } from '../diagnosis/underlay-address.ts'
import type { Break } from '../heard/bracket.ts'
import { meddled, tracedOut } from '../heard/changed-underway.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import type { TunnelHead } from '../route/tunnel-head.ts'

/**
 * What came out of the tunnel of a node under an address that is none of that node's, or for an address or a MAC that is
 * none of the node it should come to. The flow of the sender's bridges that somebody made for it is named, or else
 * whatever stands between them and the wire. No tunnel of the other side takes such packets.
 */
export async function misaddressed(
  lab: Lab,
  route: Route,
  { from, to }: { from: string; to: string },
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { geneve, ...sent } = broken.frame ?? {}
  if (!geneve?.outerSource) return undefined
  const astray = (await strangeAddress(lab, from, to, geneve)) ?? (await strangeMac(lab, from, to, geneve))
  if (!astray) return undefined
  const plain = { ...broken, frame: sent as NonNullable<Break['frame']> }
  const { trace, integration } = (await tracedOut(lab, route, from, plain)) ?? {}
  const step = trace && meddled(from, integration!, trace)
  return step ?? astray
}

const addressesOf = async (lab: Lab, node: string) =>
  (await unlessBlind(lab.kernel(node)))?.links.flatMap(({ addresses }) => addresses) ?? []

async function strangeAddress(
  lab: Lab,
  from: string,
  to: string,
  { outerSource, outerDestination }: TunnelHead,
): Promise<BrokenLink | undefined> {
  const ends = [
    { node: from, address: outerSource, en: 'come from', zhTW: '來源' },
    { node: to, address: outerDestination, en: 'are addressed to', zhTW: '目的' },
  ]
  for (const { node, address, en, zhTW } of ends) {
    const own = await addressesOf(lab, node)
    if (own.length === 0 || own.some(one => one.address === address)) continue
    const gone = await encapAddressGone(lab, node, address)
    if (gone) return gone
    return {
      where: `${from} · Geneve`,
      saw: text(
        `the Geneve packets of ${from} ${en} ${address}, which is no address of ${node}, so no tunnel takes them`,
        `${from} 送出的 Geneve 封包${zhTW}位址是 ${address}，那不是 ${node} 的位址，所以沒有 tunnel 會收下`,
      ),
      tryThis: on(from, 'sudo tcpdump -n -i any udp port 6081'),
    }
  }
  return undefined
}

/** Within one subnet a frame bears the MAC of the very node; over routers, that of the next hop. */
async function strangeMac(
  lab: Lab,
  from: string,
  to: string,
  { outerSource, outerDestination, outerLink }: NonNullable<NonNullable<Break['frame']>['geneve']>,
): Promise<BrokenLink | undefined> {
  const mac = outerLink?.destinationMac.toLowerCase()
  const source = (await addressesOf(lab, from)).find(({ address }) => address === outerSource)
  const links = (await unlessBlind(lab.kernel(to)))?.links ?? []
  if (!mac || !source || !isInPrefix(outerDestination, `${source.address}/${source.prefixLength}`))
    return undefined
  if (links.length === 0 || links.some(link => link.mac.toLowerCase() === mac)) return undefined
  return {
    where: `${from} · neighbours`,
    saw: text(
      `${from} sends its Geneve packets for ${outerDestination} to the MAC address ${mac}, which no interface of ${to} has: its neighbour entry of ${outerDestination} is wrong, or another machine has that address as well`,
      `${from} 把給 ${outerDestination} 的 Geneve 封包送到 MAC 位址 ${mac}，但 ${to} 沒有任何介面是這個位址：它記下的 ${outerDestination} 的 neighbour 不對，或者有別的機器也用了這個位址`,
    ),
    tryThis: on(from, `ip neigh show ${outerDestination}; sudo ovs-appctl tnl/neigh/show`),
    cause: 'mac-learnt-elsewhere',
  }
}
