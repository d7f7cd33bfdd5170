import { CannotLook } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import { absentLink } from './absent-link.ts'
import { withoutDatapath } from './bridge-datapath.ts'
import type { BrokenLink } from './broken-link.ts'
import { notRunning, runsElsewhere } from './daemon.ts'

/**
 * What contradicts a row that says an interface is in a bridge. A row alone is but a wish: whether it came true is
 * asked of ovs-vswitchd itself and, for a link of the node, of the kernel. Undefined where one of them agrees and none
 * objects; CannotLook where none says anything.
 */
export async function notInBridge(lab: Lab, node: string, plug: Plug): Promise<BrokenLink | undefined> {
  const isStale = await isJoinedAllTheSame(lab, node, plug)
  const objections = [
    isStale ? ('says nothing' as const) : inRows(node, plug, (await lab.kernel(node)).links),
    await toKernel(lab, node, plug),
    await toVswitchd(lab, node, plug),
  ]
  const broken = objections.find(objection => typeof objection === 'object')
  if (broken) return (await runsElsewhere(lab, node, 'ovs-vswitchd', broken.saw)) ?? broken
  if (objections.includes('agrees')) return undefined
  const stopped = await notRunning(lab, node, 'ovs-vswitchd')
  if (stopped) return stopped
  const [name, bridge] = [plug.iface.name, plug.bridge.name]
  throw new CannotLook(
    text(
      `only the database of ${node} says that ${name} is in ${bridge}: ovs-vswitchd did not answer`,
      `只有 ${node} 的資料庫說 ${name} 在 ${bridge} 裡：ovs-vswitchd 沒有回應`,
    ),
    { where: `${node} · ovs-vswitchd`, help: on(node, 'sudo ovs-appctl dpif/show') },
  )
}

type Word = BrokenLink | 'agrees' | 'says nothing'

/**
 * A patch port whose peer came back keeps the error of the moment it was alone: Open vSwitch writes it once and seldom takes
 * it away. Its peer must be there, of the same datapath, with a number of its own, and ovs-vswitchd must have both.
 */
async function isJoinedAllTheSame(lab: Lab, node: string, { bridge, iface }: Plug): Promise<boolean> {
  if (iface.type !== 'patch' || iface.error.length === 0) return false
  const [ovs, { datapath = [] }] = await Promise.all([lab.ovs(node), lab.kernel(node)])
  const peer = plugs(ovs).find(other => other.iface.name === iface.options.peer)
  const isThere = (name: string, other: string) =>
    datapath.some(port => port.name === name && port.peer === other)
  return (
    peer !== undefined &&
    peer.iface.options.peer === iface.name &&
    peer.bridge.datapath_type === bridge.datapath_type &&
    [iface, peer.iface].every(({ ofport }) => (ofport[0] ?? 0) > 0) &&
    isThere(iface.name, peer.iface.name) &&
    isThere(peer.iface.name, iface.name)
  )
}

/** What ovs-vswitchd wrote into the row about it. */
function inRows(node: string, { iface, bridge }: Plug, links: Link[]): Word {
  const [error] = iface.error
  const show = { tryThis: on(node, `sudo ovs-vsctl list Interface ${iface.name}`) }
  // Only a row without a type, or of type system, stands for a link that is there already (ovs-vswitchd.conf.db(5), Interface.type).
  const isAnother = iface.type !== 'system' && links.some(({ name }) => name === iface.name)
  if (error && iface.type && (isAnother || ['internal', 'tap'].includes(iface.type)))
    return {
      where: `${node} · Open_vSwitch · Interface · type`,
      saw: text(
        `the type of ${iface.name} is ${iface.type}, so Open vSwitch does not use the interface of that name which is there, but would make one itself: ${error}`,
        `${iface.name} 的 type 是 ${iface.type}，所以 Open vSwitch 不會用現有的同名介面，而是想要自己建立：${error}`,
      ),
      ...show,
      cause: 'interface-type',
    }
  if (error)
    return {
      where: `${node} · Open_vSwitch · Interface · error`,
      saw: text(
        `Open vSwitch cannot use ${iface.name}: ${error}`,
        `Open vSwitch 無法使用 ${iface.name}：${error}`,
      ),
      ...show,
    }
  if ((iface.ofport[0] ?? 0) > 0) return 'says nothing'
  return {
    where: `${node} · Open_vSwitch · Interface · ofport`,
    saw: text(
      `${iface.name} has no port number in ${bridge.name} (ofport ${iface.ofport[0] ?? '[]'})`,
      `${iface.name} 在 ${bridge.name} 裡沒有 port 編號（ofport ${iface.ofport[0] ?? '[]'}）`,
    ),
    ...show,
  }
}

/** What it says now that it has (`dpif/show`, ovs-vswitchd(8)). */
async function toVswitchd(lab: Lab, node: string, plug: Plug): Promise<Word> {
  const { bridge, iface } = plug
  const [{ datapath }, ovs] = await Promise.all([lab.kernel(node), lab.ovs(node)])
  if (!datapath) return 'says nothing'
  const own = datapath.filter(port => port.name === iface.name)
  if (own.some(port => port.bridge === bridge.name)) return 'agrees'
  const absent = datapath.some(port => port.bridge === bridge.name)
    ? undefined
    : withoutDatapath(node, ovs, plug)
  if (absent) return absent
  const where = own[0]
    ? text(`it has it in ${own[0].bridge}`, `它說在 ${own[0].bridge} 裡`)
    : text('it has no such port', '它沒有這個 port')
  return {
    where: `${node} · ovs-vswitchd`,
    saw: text(
      `the database says that ${iface.name} is in ${bridge.name}, and ovs-vswitchd that ${where.en}`,
      `資料庫說 ${iface.name} 在 ${bridge.name} 裡，但問 ovs-vswitchd，${where['zh-TW']}`,
    ),
    tryThis: on(node, 'sudo ovs-appctl dpif/show'),
  }
}

/** What the kernel says of the link: whose it is, which one it is, and whether somebody takes frames from it. */
async function toKernel(lab: Lab, node: string, { bridge, iface }: Plug): Promise<Word> {
  // Ports of other types have no link, or one that Open vSwitch made itself.
  if (!['', 'system'].includes(iface.type)) return 'says nothing'
  const facts = await lab.kernel(node)
  const { links } = facts
  const { name } = iface
  const link = links.find(one => one.name === name)
  const tryThis = on(node, `ip -d link show ${name}`)
  const where = `${node} · ${name}`
  if (!link) return absentLink(node, facts, name, iface)
  const isKernels = bridge.datapath_type !== 'netdev'
  // The userspace datapath takes each frame before the kernel hands it to a master (packet(7)), and so does without one.
  if (isKernels && link.master !== undefined && link.master !== 'ovs-system')
    return {
      where,
      saw: text(
        `${name} belongs to ${bridge.name} of Open vSwitch, but the Linux bridge ${link.master} holds it`,
        `${name} 屬於 Open vSwitch 的 ${bridge.name}，卻在 Linux bridge ${link.master} 裡`,
      ),
      tryThis,
    }
  const [ifindex = 0] = iface.ifindex
  const isOther = ifindex > 0 && link.index > 0 && ifindex !== link.index
  const isReceived = isKernels ? undefined : receivedBySwitch(facts, link)
  if (isOther || isReceived === false)
    return {
      where,
      saw: isOther || link.promiscuity === 0 ? isAnother(name, bridge.name) : wasAway(name, bridge.name),
      tryThis: facts.received ? on(node, 'cat /proc/net/packet   # Iface: numbers of links') : tryThis,
      cause: 'link-made-anew',
    }
  const isTaken = isKernels ? link.master : isReceived
  return isTaken ? 'agrees' : 'says nothing'
}

/**
 * Of interfaces that Open vSwitch has in a bridge, one whose link bears the name of one that is gone: the datapath in user space
 * still holds that one.
 */
export const madeAnew = (
  lab: Lab,
  node: string,
  found: (Plug | undefined)[],
): Promise<BrokenLink | undefined> =>
  firstOf(
    found.filter(plug => plug !== undefined),
    async plug => {
      const word = await toKernel(lab, node, plug)
      return typeof word === 'object' && word.cause === 'link-made-anew' ? word : undefined
    },
  )

const isAnother = (name: string, bridge: string): Text =>
  text(
    `${name} is not the interface that was put into ${bridge}: no bridge receives its frames`,
    `${name} 已經不是當初放進 ${bridge} 的那個介面：沒有 bridge 在收它的訊框`,
  )

const wasAway = (name: string, bridge: string): Text =>
  text(
    `Open vSwitch no longer receives what comes in by ${name}, since the interface left this machine’s namespace after it was put into ${bridge}, or was recreated`,
    `Open vSwitch 已經收不到從 ${name} 進來的訊框：這個介面放進 ${bridge} 之後，離開過這台機器的 namespace，或是重新建立過`,
  )

/**
 * Whether the datapath in user space receives from a link; undefined where nothing says so. Its packet sockets are the fact. Where the
 * kernel does not tell of them, a link that nobody made promiscuous has no bridge; a master makes its links promiscuous as well.
 */
function receivedBySwitch(
  { received }: Pick<KernelFacts, 'received'>,
  { index, promiscuity, master }: Link,
): boolean | undefined {
  if (received) return received.includes(index)
  if (promiscuity === 0) return false
  return promiscuity && master === undefined ? true : undefined
}
