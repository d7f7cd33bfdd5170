import { CannotLook } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { traceCommand } from '../../harness/nodes/trace.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { controllerPaused, notConnected } from '../diagnosis/connection.ts'
import { notRunning } from '../diagnosis/daemon.ts'
import { meteredByCopp } from '../diagnosis/metered.ts'
import { northdAbsent } from '../diagnosis/northd.ts'
import { isHandedOver } from '../heard/handed-over.ts'
import { foreignFlow } from '../heard/logical-end.ts'
import { originsOf, rowInWords, whereOf } from '../heard/origin.ts'
import { hookedAt } from '../locate/device.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, nameOf, on, quoted } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { hookAt } from './hooked-at.ts'

/** Who asks for something that OVN answers itself, and by which port. */
export interface Asking {
  endpoint: Endpoint
  link: Link
  outer: Link | undefined
  port: LogicalSwitchPort | undefined
}

/** Such a question: what it is called, and how it enters the integration bridge. */
export interface Question {
  name: string
  /** In the words of ofproto/trace, without the port and the MAC address it comes from. */
  flow: string
  to: string
  /** The action of ovn-controller that answers it, as a flow has it (ovn-sb(5), actions; include/ovn/actions.h, ACTION_OPCODE_…). */
  action: number
  /** The packet that answers it, as packet filters see it. */
  answer?: (asking: Asking) => Wanted
  /** What the rows that the answer is made of say, and OVN cannot read. */
  inRows?: (lab: Lab, asking: Asking) => Promise<BrokenLink | undefined>
}

/** What became of a question that was asked, and how to see it oneself. */
export interface Asked {
  /** Why the link did not let it out, as the kernel says. */
  complaint?: string
  /** Whether the other end of the link had it. */
  isHeard: boolean
  /** What captures lost. */
  dropped: number
  /** “3 DISCOVER sent, …” */
  sent: Text
  tryThis: string
}

/** What broke a question that had no answer. CannotLook where it was not captured: nobody knows then whether OVN had it. */
export async function unanswered(
  lab: Lab,
  asking: Asking,
  question: Question,
  { complaint, isHeard, dropped, sent, tryThis }: Asked,
): Promise<BrokenLink> {
  const { endpoint, outer, link } = asking
  const { node, netns } = endpoint
  if (complaint !== undefined) {
    const [part, tool] = (await hookAt(lab, { node, netns, device: link.name, hook: 'egress' })) ?? []
    return {
      where: [node, `netns ${netns}`, part].filter(Boolean).join(' · '),
      saw: text(`${link.name} cannot send: ${complaint}`, `${link.name} 無法送出封包：${complaint}`),
      tryThis: on(node, `sudo ${tool ?? `ip -n ${netns} link show ${link.name}`}`),
    }
  }
  const why =
    (await whyNotAnswered(lab, asking, question, sent)) ?? (await heldOutside(lab, asking, question, sent))
  if (why) return why
  const place = outer?.name ?? link.name
  if ((outer && !isHeard) || dropped > 0)
    throw new CannotLook(
      text(
        `the ${question.name} of ${netns} was not captured on ${place}`,
        `在 ${place} 上沒有擷取到 ${netns} 的 ${question.name}`,
      ),
      { where: `${node} · ${place}`, help: tryThis },
    )
  const [plug] = await plugsOf(lab, endpoint)
  return { where: `${node} · ${nameOf(plug?.bridge)}`, saw: sent, tryThis }
}

/** What hooks in at the outer end of the link, where the answer leaves the bridge. */
async function heldOutside(
  lab: Lab,
  asking: Asking,
  { answer }: Question,
  sent: Text,
): Promise<BrokenLink | undefined> {
  const { node } = asking.endpoint
  const name = asking.outer?.name
  const stack = name !== undefined && answer ? await unlessBlind(lab.stack(node, undefined, [])) : undefined
  const found = stack && hookedAt({ node, name: name!, way: 'out' }, stack, answer!(asking))
  return found && { ...found, saw: andThen(sent, found.saw) }
}

/** Why nobody answers a question; undefined where nothing is found. */
async function whyNotAnswered(
  lab: Lab,
  asking: Asking,
  question: Question,
  sent: Text,
): Promise<BrokenLink | undefined> {
  const { node } = asking.endpoint
  const found = await firstOf<() => Promise<BrokenLink | undefined> | BrokenLink | undefined, BrokenLink>(
    [
      () => plugDown(asking),
      () => ofPort(asking),
      () => question.inRows?.(lab, asking),
      () => northdAbsent(lab),
      () => notRunning(lab, node, 'ovs-vswitchd'),
      () => notRunning(lab, node, 'ovn-controller'),
      () => controllerPaused(lab, node),
      () => unlessBlind(notConnected(lab, node)),
      () => answeredByFlows(lab, asking, question),
      async () => unlessBlind(meteredByCopp(lab, (await tracedIn(lab, asking, question))?.trace)),
    ],
    async suspect => suspect(),
  )
  return found && { ...found, saw: andThen(sent, found.saw) }
}

/** The same question, traced through the bridge that it enters; undefined where it enters none, or nobody could trace it. */
async function tracedIn(lab: Lab, { endpoint, link }: Asking, { flow }: Question) {
  const [plug] = await plugsOf(lab, endpoint)
  if (!plug) return undefined
  const bridge = plug.bridge.name
  const packet = { bridge, flow: `in_port=${plug.iface.ofport[0]},dl_src=${link.mac},${flow}` }
  const [trace] = (await unlessBlind(lab.traces(endpoint.node, [packet]))) ?? []
  return trace && { packet, trace }
}

/** The same question, traced through the integration bridge, is handed to OVN for an answer, by flows of its own alone. */
export async function answeredByFlows(
  lab: Lab,
  asking: Asking,
  question: Question,
): Promise<BrokenLink | undefined> {
  const { node } = asking.endpoint
  const { name, to, action } = question
  const [ovs, traced] = await Promise.all([lab.ovs(node), tracedIn(lab, asking, question)])
  if (!traced || traced.trace.steps.length === 0 || isHandedOver(traced.trace, action)) return undefined
  const { packet, trace } = traced
  const origins = await originsOf(lab, ovs, trace.steps)
  const foreign = origins.findIndex(({ kind }) => kind === 'foreign')
  if (foreign >= 0) return foreignFlow(node, trace.steps[foreign]!)
  const tryThis = on(node, `sudo ${traceCommand(packet)}`)
  const row = origins.flatMap(origin => (origin.kind === 'logical' && origin.row) || []).at(-1)
  // A flow that is not there is missing for what the rows say.
  if (row?.table !== 'ACL')
    return (
      (await question.inRows?.(lab, asking)) ?? {
        where: `${node} · ${packet.bridge}`,
        saw: text(
          `no flow of ${packet.bridge} hands the ${name} to OVN for an answer`,
          `${packet.bridge} 裡沒有 flow 把 ${name} 交給 OVN 回應`,
        ),
        tryThis,
      }
    )
  const words = rowInWords(row)
  return {
    where: whereOf(row, to),
    saw: text(`the ${name} is decided on by ${words}`, `決定這個 ${name} 去向的是 ${words}`),
    tryThis,
    cause: 'acl-drops',
    row: words,
  }
}

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
