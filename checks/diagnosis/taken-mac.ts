import { text } from '../../harness/core/text.ts'
import { macsOf } from '../../harness/look/declared-macs.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { on } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * The endpoint has the MAC of another one. Of the two, that one is named whose own port, by the label of its
 * interface, declares another MAC; where that does not tell them apart, the later in the lesson's order.
 */
export async function takenMac(
  lab: Lab,
  endpoint: Endpoint,
  all: Endpoint[],
): Promise<BrokenLink | undefined> {
  const { node, netns } = endpoint
  const link = await linkOf(lab, endpoint)
  if (!link) return undefined
  for (const other of all) {
    if (other === endpoint || (await unlessBlind(linkOf(lab, other)))?.mac !== link.mac) continue
    const [isOwn, isOthers] = [await isDeclared(lab, endpoint), await isDeclared(lab, other)]
    const isNamed = isOwn === isOthers ? all.indexOf(endpoint) > all.indexOf(other) : !isOwn
    if (!isNamed) continue
    return {
      where: `${node} · netns ${netns}`,
      saw: text(
        `${link.name} in ${netns} has the MAC ${link.mac}, but that is the MAC of ${other.netns} on ${other.node}`,
        `${netns} 裡的 ${link.name} 的 MAC 位址是 ${link.mac}，但那是 ${other.node} 上 ${other.netns} 的 MAC 位址`,
      ),
      tryThis: on(node, `sudo ip -n ${netns} link show ${link.name}`),
      cause: 'mac-twice',
    }
  }
  return undefined
}

/** The port whose name is on the endpoint's interface declares the MAC the endpoint has. */
async function isDeclared(lab: Lab, endpoint: Endpoint): Promise<boolean> {
  const [link, own, { ports }] = await Promise.all([
    linkOf(lab, endpoint),
    plugsOf(lab, endpoint),
    lab.northbound(),
  ])
  const ids = own.map(({ iface }) => iface.external_ids['iface-id'])
  return ports.some(port => ids.includes(port.name) && link && macsOf(port).includes(link.mac.toLowerCase()))
}
