import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { hears, mayBeOnSwitchOf } from '../nouns/hears.ts'
import { inside, on } from '../nouns/phrases.ts'

/** Programs that advertise routers, by the name of their process. Of others their advertisements tell. */
const DAEMONS = [
  'radvd',
  'dnsmasq',
  'odhcpd',
  'corerad',
  'rad',
  'rtadvd',
  'bird',
  'bird6',
  'zebra',
  'pppd',
  'wide-dhcpv6',
]

/**
 * No program of any node that advertises routers has a socket to do so where packets of the endpoints' switch get to. One
 * for other networks of the node, or for another switch, is none of it.
 */
export async function noAdvertiser(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const isOn = await mayBeOnSwitchOf(lab, endpoints)
  for (const node of lab.nodes) {
    const [sockets, kernel, ovs] = await Promise.all([
      lab.routerSockets(node),
      lab.kernel(node),
      lab.ovs(node),
    ])
    const found = sockets.find(one => DAEMONS.includes(one.program ?? '') && hears(one, ovs, kernel, isOn))
    if (!found) continue
    const { netns, program = '?' } = found
    const place = netns === undefined ? node : `netns ${netns || '?'}`
    throw new Unmet({
      expected: text(
        'no process advertises a router where the packets of the switch get to',
        '在 switch 的封包到得了的地方，沒有程序在通告 router',
      ),
      saw: text(
        `${program} has a raw socket of ICMPv6 in ${place}, as who advertises a router needs`,
        `${place} 裡的 ${program} 開著 ICMPv6 的 raw socket，通告 router 的程式都需要它`,
      ),
      where: netns === undefined ? `${node} · ${program}` : `${node} · netns ${netns}`,
      tryThis: on(node, `sudo ${inside({ netns }, 'ss -awnp')}`),
    })
  }
}
