import { text } from '../../harness/core/text.ts'
import type { TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { flagged, noFlow, spanningTree } from '../diagnosis/bridge-ports.ts'
import { vlanApart } from '../diagnosis/bridge-vlan.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { foreignFlow } from '../heard/logical-end.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, on } from '../nouns/phrases.ts'
import { reachesPort } from '../route/reaches-port.ts'
import { learntElsewhere } from './learnt-elsewhere.ts'

/**
 * What keeps bridges that should only switch from switching: where a trace ended in one of them that one, else all that the
 * packet crosses. Of their ports those count that it crosses: the links it enters and leaves by, and patch ports.
 */
export async function switchOddity(
  lab: Lab,
  node: string,
  trace: TraceSeen | undefined,
  { integration, links, broken }: { integration: string; links: string[]; broken: Pick<Break, 'frame'> },
): Promise<BrokenLink | undefined> {
  const name = trace?.bridges.at(-1)
  const all = plugs(await lab.ovs(node))
  const crossed = all.filter(
    ({ bridge, iface }) =>
      (iface.type === 'patch' || links.includes(iface.name)) && (name === undefined || bridge.name === name),
  )
  const own = crossed.filter(({ bridge }) => bridge.name !== integration)
  const steps = name === integration ? [] : (trace?.steps.filter(({ bridge }) => bridge === name) ?? [])
  // Where no flow of a further table matches, it is the one that led there that somebody made.
  const step = steps.findLast(one => !isMiss(one)) ?? steps.at(-1)
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () =>
      step && isTaken(step) && !isSwitching(step)
        ? isMiss(step)
          ? empty(node, own[0])
          : foreignFlow(node, step)
        : undefined,
    // Of the integration bridge only where a port of it held the packet back: all else there is OVN's.
    () => spanningTree(node, trace && isHeldBack(trace) ? crossed : own),
    () => flagged(lab, node, crossed),
    () => protectedApart(node, crossed),
    () => vlanApart(node, own, broken, all),
    () => (trace ? bonded(lab, node, own, trace) : undefined),
    () => ledAside(node, trace, { integration, links, crossed: own }),
    () => learntElsewhere(lab, node, step?.notes ?? [], name, broken.frame?.destinationMac),
  ]
  return firstOf(suspects, suspect => suspect())
}

/**
 * Whether a bridge did with a packet what the flow says. A trace finds the flow first: where the port takes nothing in, it shows
 * none of the flow's actions, not even a drop (may_receive() of ofproto-dpif-xlate.c).
 */
const isTaken = ({ actions }: { actions: string[] }) => actions.length > 0

/** Whether a port took a packet not in, or did not put it out, whatever the flows say (compose_output_action__() there). */
export const isHeldBack = ({ steps }: TraceSeen): boolean =>
  steps.some(step => !isTaken(step) || step.notes.some(note => note.includes('STP not in forwarding state')))

/** A flow that somebody made in a bridge which should only switch, and that did something else with a packet. */
export const isByHand = (step: TraceStep): boolean => isTaken(step) && !isSwitching(step) && !isMiss(step)

/** The trace ended in a bridge that has none of the links of the path: a flow made by hand in one before it has led it there. */
function ledAside(
  node: string,
  trace: TraceSeen | undefined,
  { integration, links, crossed }: { integration: string; links: string[]; crossed: Plug[] },
): BrokenLink | undefined {
  const isAside = !crossed.some(({ iface }) => links.includes(iface.name))
  const step = trace?.steps.findLast(one => one.bridge !== integration && isByHand(one))
  return isAside && step ? foreignFlow(node, step) : undefined
}

const isSwitching = ({ actions }: { actions: string[] }) => actions.includes('NORMAL')

/** No flow of the bridge's matches: what Open vSwitch itself does then stands in a flow of its own (ofproto.c). */
const isMiss = ({ flow }: { flow: string }) => flow === 'No match.' || /^reg0=0x[12], priority 0$/.test(flow)

const empty = (node: string, plug: Plug | undefined): BrokenLink | undefined =>
  plug && noFlow(node, plug.bridge)

/** Protected ports of one bridge send nothing to each other, whatever its flows say. */
function protectedApart(node: string, crossed: Plug[]): BrokenLink | undefined {
  const all = crossed.filter(({ port }) => port.protected)
  const apart = all
    .map(one => all.filter(({ bridge }) => bridge.name === one.bridge.name))
    .find(({ length }) => length > 1)
  if (!apart) return undefined
  const names = list(apart.map(({ port }) => port.name))
  return {
    where: `${node} · Open_vSwitch · Port · protected`,
    saw: text(
      `${names.en} of ${apart[0]!.bridge.name} have protected = true, and protected ports send nothing to each other`,
      `${apart[0]!.bridge.name} 的 ${names['zh-TW']} 都是 protected = true，而 protected port 彼此不會傳送封包`,
    ),
    tryThis: on(node, `sudo ovs-vsctl list Port ${apart[0]!.port.name}`),
    cause: 'ports-protected',
  }
}

/**
 * A bond that negotiates, or one whose members wait, sends nothing until its other side agrees (ovs-vswitchd.conf.db(5),
 * lacp); and it sends by the member it prefers, though that may lead elsewhere.
 */
async function bonded(
  lab: Lab,
  node: string,
  own: Plug[],
  trace: TraceSeen,
): Promise<BrokenLink | undefined> {
  const port = own.find(plug => plug.port.interfaces.length > 1)?.port
  if (!port) return undefined
  const { datapath = [] } = await lab.kernel(node)
  const used = plugs(await lab.ovs(node)).find(
    plug => plug.port.name === port.name && reachesPort(trace, datapath, [plug.iface.name]) === true,
  )?.iface.name
  const negotiates = port.lacp.length > 0 && port.lacp[0] !== 'off'
  const primary = negotiates ? undefined : port.other_config['bond-primary']
  // The member that somebody prefers is used wherever it is up, and what comes in by another one is dropped.
  const isPreferred = primary !== undefined && (used === undefined || used === primary)
  const column = negotiates ? 'lacp' : 'bond_mode'
  const [shown, value] = isPreferred ? ['bond-primary', primary] : [column, port[column].join()]
  return {
    where: `${node} · Open_vSwitch · Port · ${isPreferred ? 'other_config:bond-primary' : column}`,
    saw: used
      ? text(
          `${port.name} is a bond with ${shown} = ${value || '(none)'}, and the member it uses is ${used}`,
          `${port.name} 是 bond，${shown} = ${value || '（無）'}，它使用的成員是 ${used}`,
        )
      : text(
          `${port.name} is a bond with ${shown} = ${value || '(none)'}, and the packet does not cross it`,
          `${port.name} 是 bond，${shown} = ${value || '（無）'}，封包沒有通過它`,
        ),
    tryThis: on(node, `sudo ovs-appctl bond/show ${port.name}`),
  }
}
