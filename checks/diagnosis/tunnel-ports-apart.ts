import { GENEVE_PORT } from '../../harness/capture/decode.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { chassisName, tunnelsTo } from '../../harness/look/tunnel-ports.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** Of the option `dst_port` of a tunnel, which is the port that it receives at as well (ovs-vswitchd.conf.db(5)). */
const USUAL_PORT = String(GENEVE_PORT)

/** The tunnels of two nodes to each other are of different UDP ports: neither receives what the other one sends. */
export async function tunnelPortsApart(
  lab: Lab,
  node: string,
  peer: string,
): Promise<BrokenLink | undefined> {
  const both = await Promise.all([node, peer].map(each => unlessBlind(lab.ovs(each))))
  const names = both.map(ovs => (ovs && chassisName(ovs)) ?? '')
  const sides = [node, peer].map((at, index) => ({
    at,
    towards: names[1 - index]!,
    to: [peer, node][index]!,
    made: both[index] ? tunnelsTo(both[index], names[1 - index]!) : [],
  }))
  const portsOf = (made: (typeof sides)[number]['made']) =>
    made.map(({ iface }) => iface.options.dst_port ?? USUAL_PORT)
  const [own, others] = sides.map(({ made }) => portsOf(made)) as [string[], string[]]
  if (own.length === 0 || others.length === 0 || own.some(port => others.includes(port))) return undefined
  const odd = sides.find(({ made }) => !portsOf(made).includes(USUAL_PORT)) ?? sides[0]!
  const { name, options } = odd.made[0]!.iface
  // ovn-controller takes the port from what is written of the other chassis (ovn-sb(5), Encap.options).
  const southbound = await unlessBlind(lab.southbound())
  const row = southbound?.encaps.find(
    encap => encap.chassis_name === odd.towards && encap.options.dst_port === options.dst_port,
  )
  return {
    where: row
      ? 'OVN_Southbound · Encap · options:dst_port'
      : `${odd.at} · Open_vSwitch · Interface · options:dst_port`,
    saw: text(
      `${name} on ${odd.at}, to ${odd.to}, uses UDP port ${options.dst_port ?? USUAL_PORT}, and the tunnel of ${odd.to} back uses another one: neither receives what the other sends`,
      `${odd.at} 通往 ${odd.to} 的 ${name} 使用 UDP 埠 ${options.dst_port ?? USUAL_PORT}，但 ${odd.to} 那邊的 tunnel 用的是另一個埠：彼此都收不到對方送出的封包`,
    ),
    tryThis: row
      ? 'sudo ovn-sbctl list Encap'
      : on(odd.at, 'sudo ovs-vsctl --columns=name,type,options find Interface type=geneve'),
  }
}
