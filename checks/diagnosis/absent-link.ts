import { text } from '../../harness/core/text.ts'
import type { KernelFacts } from '../../harness/look/evidence.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * A node has no interface of a name; a namespace of it may have taken it (ip-link(8), netns), or it is called otherwise now: then
 * one that Open vSwitch does not have bears the MAC address that ovs-vswitchd knows it by.
 */
export function absentLink(
  node: string,
  { netns, links }: KernelFacts,
  name: string,
  { mac_in_use = [] }: { mac_in_use?: string[] } = {},
): BrokenLink {
  const holder = Object.keys(netns).find(one => netns[one]!.some(link => link.name === name))
  if (holder !== undefined)
    return {
      where: `${node} · netns ${holder}`,
      saw: text(
        `no interface ${name} on this node itself, but one in its namespace ${holder}`,
        `這個節點本身沒有介面 ${name}，但它的 namespace ${holder} 裡有一個`,
      ),
      tryThis: on(node, `sudo ip -n ${holder} -br address show ${name}`),
    }
  const renamed = links.filter(({ mac }) => mac !== '' && mac_in_use.includes(mac))
  const saw = text(`no interface ${name} on this node`, `這個節點上沒有介面 ${name}`)
  if (renamed.length !== 1)
    return { where: `${node} · ${name}`, saw, tryThis: on(node, `ip -br address show ${name}`) }
  const now = renamed[0]!.name
  return {
    where: `${node} · ${now}`,
    saw: text(
      `${saw.en}; ${now} has the MAC address by which Open vSwitch knows ${name}, so it has been renamed`,
      `${saw['zh-TW']}；${now} 的 MAC 位址就是 Open vSwitch 所知 ${name} 的位址，所以它被改名了`,
    ),
    tryThis: on(node, 'ip -br link'),
    cause: 'link-renamed',
  }
}
