import { text } from '../../harness/core/text.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { on } from '../nouns/phrases.ts'
import { heldAt } from './device.ts'

/** A port that a mirror of its bridge sends copies to passes nothing else, in or out (ovs-vswitchd.conf.db(5), Mirror). */
export function reserved(
  node: string,
  ovs: OvsDatabase,
  { links }: { links: string[] },
): BrokenLink | undefined {
  for (const { bridge, port, iface } of plugs(ovs)) {
    if (iface.type !== 'patch' && !links.includes(iface.name)) continue
    const mirror = ovs.mirrors.find(
      ({ _uuid, output_port }) => bridge.mirrors?.includes(_uuid) && output_port.includes(port._uuid),
    )
    if (!mirror) continue
    return {
      where: `${node} · Open_vSwitch · Mirror · output_port`,
      saw: text(
        `mirror ${mirror.name} of ${bridge.name} has output_port ${port.name}, so that port is kept for copies and passes nothing else`,
        `${bridge.name} 的 mirror ${mirror.name} 把 output_port 設成 ${port.name}，這個 port 因此只用來送出複本，不會轉送其他封包`,
      ),
      tryThis: on(node, 'sudo ovs-vsctl --columns=name,output_port list Mirror'),
      cause: 'mirrored',
    }
  }
  return undefined
}

/** What holds a packet at a port's link; where Open vSwitch put it there for a row of its own, that row is named. */
export async function limitedAt(
  lab: Lab,
  node: string,
  plug: Plug,
  way: 'in' | 'out',
  { packet }: Break,
): Promise<BrokenLink | undefined> {
  const held = await heldAt(lab, { node, name: plug.iface.name, way }, packet)
  const row = way === 'in' ? policing(node, plug) : shaping(node, plug)
  return held && held.cause !== 'queueing' ? held : (row ?? held)
}

function policing(node: string, { iface }: Plug): BrokenLink | undefined {
  const { name, ingress_policing_rate: rate = 0 } = iface
  if (rate <= 0) return undefined
  return {
    where: `${node} · Open_vSwitch · Interface · ingress_policing_rate`,
    saw: text(
      `what comes in through ${name} is limited to ${rate} kbit/s`,
      `從 ${name} 進來的流量限制在 ${rate} kbit/s`,
    ),
    tryThis: on(node, `sudo ovs-vsctl list Interface ${name}`),
    cause: 'queueing',
  }
}

function shaping(node: string, { port }: Plug): BrokenLink | undefined {
  if (!port.qos || port.qos.length === 0) return undefined
  return {
    where: `${node} · Open_vSwitch · Port · qos`,
    saw: text(
      `what leaves through ${port.name} has to pass a QoS of Open vSwitch`,
      `從 ${port.name} 送出的封包要先經過 Open vSwitch 的 QoS`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl list QoS'),
    cause: 'queueing',
  }
}
