import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { traceCommand } from '../../harness/nodes/trace.ts'
import { mirrored } from '../diagnosis/mirrored.ts'
import { gateAt } from '../heard/gate.ts'
import { isHandedOver, OPCODES } from '../heard/handed-over.ts'
import { ofNoRow } from '../heard/logical-end.ts'
import { originsOf } from '../heard/origin.ts'
import { packetToTrace } from '../heard/packet.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { endOf } from '../route/end.ts'
import { reachesPort } from '../route/reaches-port.ts'
import { plugPost, type Route } from '../route/route.ts'
import { headsIn } from '../route/tunnel-head.ts'
import { handedOn } from './handed-on.ts'
import { ledOff } from './led-off.ts'
import { macsSentTo } from './macs-sent-to.ts'
import { othersLike } from './others-like.ts'

/**
 * What the endpoint sends to one on another node does not leave its own: neither its question for the MAC address nor a ping,
 * TCP or UDP, nor what flows name beside these, would go out by a tunnel or a link of the node, and nothing leads it there before it
 * comes to a bridge; nor by way of a router, or of a machine on the node that passes them on, where its kernel sends them there. Traced, not sent: a
 * check would wait for answers that never come.
 */
export async function keptOnNode(lab: Lab, from: Endpoint, to: Endpoint): Promise<void> {
  const [source, target] = await Promise.all([endOf(lab, from), endOf(lab, to)])
  if (!source || !target) throw new TypeError(`nothing has the addresses of ${from.netns} and ${to.netns}`)
  const post = plugPost(source)
  const route: Route = { from: source, to: target, address: to.address, posts: [post] }
  const { plug } = await gateAt(lab, route, post)
  const packets = (['arp-request', 'echo-request'] as const).map((kind: Wanted['kind']) => {
    const packet = { kind, source: from.address, destination: to.address, token: '' }
    const place = { kind: 'bridge' as const, node: from.node, enters: post, leaves: post }
    return plug && packetToTrace(route, plug, { place, packet, before: 0, behind: 0 })
  })
  const [question, ping] = packets
  if (!question || !ping)
    throw new CannotLook(
      text(
        `${from.netns} on ${from.node} is in no bridge`,
        `${from.node} 上的 ${from.netns} 不在任何 bridge 裡`,
      ),
      { where: `${from.node} · ${post.links[0]}` },
    )
  const kept = text(
    `what ${from.netns} on ${from.node} sends to ${to.netns} does not leave ${from.node}`,
    `${from.node} 上的 ${from.netns} 送給 ${to.netns} 的封包不會離開 ${from.node}`,
  )
  const wanted: Wanted = {
    kind: 'echo-request',
    source: from.address,
    destination: to.address,
    token: '',
  }
  const led = await ledOff(lab, source, wanted)
  if (led) throw new Unmet({ expected: kept, ...led })
  const { datapath = [] } = await lab.kernel(from.node)
  const sentTo = await macsSentTo(lab, source, wanted)
  const wires = Object.keys(lab.topology.links)
  const getsOut = (trace: TraceSeen) =>
    headsIn(trace.datapathActions).length > 0 ||
    reachesPort(trace, datapath, wires) === true ||
    asksFor(trace, to.address)
  const own = integrationBridgeName(await lab.ovs(from.node))
  const first = ((await unlessBlind(lab.flows(from.node, own))) ?? []).filter(({ table }) => table === 0)
  const pings = [
    ping,
    ...sentTo.map(mac => ({ ...ping, flow: ping.flow.replace(/\bdl_dst=[^,]+/, `dl_dst=${mac}`) })),
  ]
  const sent = [question, ...pings, ...pings.flatMap(one => othersLike(one, first))]
  // OVN may be about to replace what was traced: only what gets out twice does.
  for (const again of [false, true]) {
    const [usual, others = []] = await Promise.all([
      lab.traces(from.node, [question, ping], { again }),
      unlessBlind(lab.traces(from.node, sent.slice(2), { again })),
    ])
    const traces = [...usual, ...others]
    const at = traces.findIndex(getsOut)
    if (at < 0 && usual.every(({ datapathActions }) => datapathActions !== '')) {
      const given = sentTo.flatMap((mac, index) => (others[index] ? [{ mac, trace: others[index] }] : []))
      const passed = await handedOn(lab, source, target, given, getsOut)
      if (passed) throw new Unmet({ expected: kept, ...passed })
      return
    }
    if (!again) continue
    const ovs = await lab.ovs(from.node)
    const bridge = integrationBridgeName(ovs)
    const command = traceCommand(sent[Math.max(at, 0)]!)
    if (at < 0)
      throw new CannotLook(
        text(
          `Open vSwitch of ${from.node} did not say what it would do with the packet`,
          `${from.node} 的 Open vSwitch 沒有回報會怎麼處理這個封包`,
        ),
        { where: `${from.node} · ${bridge} · OpenFlow`, help: on(from.node, `sudo ${command}`) },
      )
    const trace = traces[at]!
    const steps = trace.steps.filter(step => step.bridge === bridge)
    const foreign = (await originsOf(lab, ovs, steps, { again })).findIndex(({ kind }) => kind === 'foreign')
    const broken = foreign < 0 ? await mirrored(lab) : await ofNoRow(lab, from.node, steps[foreign]!)
    throw new Unmet({
      expected: kept,
      where: `${from.node} · ${bridge} · OpenFlow`,
      tryThis: on(from.node, `sudo ${command}`),
      ...broken,
      saw: andThen(
        asksFor(trace, to.address)
          ? text(
              `a router of OVN would take it, ask on all nodes of the switch who has ${to.address}, and send it there`,
              `OVN 的 router 會收下它，在 switch 的所有節點上詢問誰有 ${to.address}，再送過去`,
            )
          : text(`it would be sent to: ${trace.datapathActions}`, `會被送往：${trace.datapathActions}`),
        broken?.saw,
      ),
    })
  }
}

/** A router of OVN keeps it until it knows the MAC address of that next hop, and asks for that by whatever link leads there. */
const asksFor = (trace: TraceSeen, nextHop: string): boolean =>
  isHandedOver(trace, OPCODES.arp) &&
  trace.steps.some(({ notes }) => notes.some(note => note.endsWith(`is now 0x${inHex(nextHop)}`)))

const inHex = (address: string): string =>
  address
    .split('.')
    .reduce((number, byte) => number * 256 + Number(byte), 0)
    .toString(16)
