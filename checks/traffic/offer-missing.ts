import { type Text, text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Plug } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { traceCommand } from '../../harness/nodes/trace.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { controllerPaused, notConnected } from '../diagnosis/connection.ts'
import { notRunning } from '../diagnosis/daemon.ts'
import { northdAbsent } from '../diagnosis/northd.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, on, quoted } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import { foreignFlow } from '../path/logical-end.ts'
import { originsOf, rowInWords, whereOf } from '../path/origin.ts'
import type { Asking } from './offered.ts'

/** put_dhcp_opts of ovn-controller, as a flow has it (ovn-sb(5), actions; include/ovn/actions.h, ACTION_OPCODE_PUT_DHCP_OPTS). */
const ANSWERS = 'controller(userdata=00.00.00.02.'

/** Why nobody answers a DISCOVER; undefined where nothing is found. */
export async function whyNotAnswered(lab: Lab, asking: Asking, sent: Text): Promise<BrokenLink | undefined> {
  const { node } = asking.endpoint
  const found = await firstOf<() => Promise<BrokenLink | undefined> | BrokenLink | undefined, BrokenLink>(
    [
      () => plugDown(asking),
      () => ofPort(asking),
      () => northdAbsent(lab),
      () => notRunning(lab, node, 'ovs-vswitchd'),
      () => notRunning(lab, node, 'ovn-controller'),
      () => controllerPaused(lab, node),
      () => unlessBlind(notConnected(lab, node)),
      () => answeredByFlows(lab, asking),
    ],
    async suspect => suspect(),
  )
  return found && { ...found, saw: andThen(sent, found.saw) }
}

/** The same DISCOVER, traced through the integration bridge, is handed to OVN for an answer, by flows of its own alone. */
export async function answeredByFlows(lab: Lab, asking: Asking): Promise<BrokenLink | undefined> {
  const { node } = asking.endpoint
  const [ovs, [plug]] = await Promise.all([lab.ovs(node), plugsOf(lab, asking.endpoint)])
  const packet = plug && discoverAt(plug, asking.link.mac)
  const [trace] = packet ? ((await unlessBlind(lab.traces(node, [packet]))) ?? []) : []
  if (!packet || !trace || trace.steps.length === 0 || isHandedOver(trace)) return undefined
  const origins = await originsOf(lab, ovs, trace.steps)
  const foreign = origins.findIndex(({ kind }) => kind === 'foreign')
  if (foreign >= 0) return foreignFlow(node, trace.steps[foreign]!)
  const tryThis = on(node, `sudo ${traceCommand(packet)}`)
  const row = origins.flatMap(origin => (origin.kind === 'logical' && origin.row) || []).at(-1)
  if (row?.table !== 'ACL')
    return {
      where: `${node} · ${plug.bridge.name}`,
      saw: text(
        `no flow of ${plug.bridge.name} hands the DISCOVER to OVN for an answer`,
        `${plug.bridge.name} 裡沒有 flow 把 DISCOVER 交給 OVN 回應`,
      ),
      tryThis,
    }
  const words = rowInWords(row)
  return {
    where: whereOf(row, '255.255.255.255'),
    saw: text(`the DISCOVER is decided on by ${words}`, `決定這個 DISCOVER 去向的是 ${words}`),
    tryThis,
    cause: 'acl-drops',
    row: words,
  }
}

const isHandedOver = ({ steps }: TraceSeen) =>
  steps.some(({ actions }) => actions.some(action => action.startsWith(ANSWERS)))

const discoverAt = ({ bridge, iface }: Plug, mac: string) => ({
  bridge: bridge.name,
  flow: `in_port=${iface.ofport[0]},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,udp,nw_src=0.0.0.0,nw_dst=255.255.255.255,nw_ttl=64,udp_src=68,udp_dst=67`,
})

function plugDown({ endpoint: { node }, outer }: Asking): BrokenLink | undefined {
  if (!outer || outer.isUp) return undefined
  return {
    where: `${node} · ${outer.name}`,
    saw: text(`${outer.name} is down`, `${outer.name} 沒有啟用`),
    tryThis: on(node, `ip link show ${outer.name}`),
    cause: 'veth-down',
  }
}

/** What the port itself does not let in (ovn-nb(5), enabled, port_security). */
function ofPort({ port, link }: Asking): BrokenLink | undefined {
  if (!port) return undefined
  const [place, tryThis] = [
    'OVN_Northbound · Logical_Switch_Port',
    `sudo ovn-nbctl --columns=name,enabled,port_security list Logical_Switch_Port ${port.name}`,
  ]
  if (port.enabled[0] === false)
    return {
      where: `${place} · enabled`,
      saw: text(`${port.name} has enabled = false`, `${port.name} 設定了 enabled = false`),
      tryThis,
      cause: 'port-disabled',
    }
  const allowed = port.port_security.map(words => words.split(/\s+/)[0]!.toLowerCase())
  if (allowed.length === 0 || allowed.includes(link.mac.toLowerCase()) || allowed.includes('dynamic'))
    return undefined
  return {
    where: `${place} · port_security`,
    saw: text(
      `port_security of ${port.name} is ${quoted(port.port_security.join(' '))}, which is not ${link.mac}`,
      `${port.name} 的 port_security 是 ${quoted(port.port_security.join(' '))}，不是 ${link.mac}`,
    ),
    tryThis,
    cause: 'port-security',
  }
}
