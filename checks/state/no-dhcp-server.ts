import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { hears, mayBeOnSwitchOf } from '../nouns/hears.ts'
import { inside, on } from '../nouns/phrases.ts'

/**
 * No process of any node listens on UDP port 67 where packets of the endpoints' switch get to: in a namespace, the node's own
 * included, with a link that leads there by cables and bridges. A server for other networks of the node, bound to their links, is none
 * of it, nor is one for another switch, or bound to an address, as those for relays are: a DISCOVER is a broadcast (RFC 2131, section 4.1).
 */
export async function noDhcpServer(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const isOn = await mayBeOnSwitchOf(lab, endpoints)
  for (const node of lab.nodes) {
    const [{ servers }, kernel, ovs] = await Promise.all([lab.leases(node), lab.kernel(node), lab.ovs(node)])
    const server = servers.find(one => one.address === undefined && hears(one, ovs, kernel, isOn))
    if (!server) continue
    const { netns, program = '?', device } = server
    const by = device === undefined ? '' : ` (${device})`
    const place = netns === undefined ? node : `netns ${netns || '?'}`
    throw new Unmet({
      expected: text(
        'no process listens on UDP port 67 where the packets of the switch get to',
        '在 switch 的封包到得了的地方，沒有程序在監聽 UDP 埠 67',
      ),
      saw: text(
        `${program} listens on UDP port 67 in ${place}${by}`,
        `${place}${by} 裡的 ${program} 在監聽 UDP 埠 67`,
      ),
      where: netns === undefined ? `${node} · ${program}` : `${node} · netns ${netns}`,
      tryThis: on(node, `sudo ${inside({ netns }, `ss -ulnp 'sport = :67'`)}`),
    })
  }
}
