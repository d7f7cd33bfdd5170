import { BadCall } from '../../harness/core/errors.ts'
import { nearest } from '../../harness/core/nearest.ts'
import { text } from '../../harness/core/text.ts'
import { list } from '../nouns/phrases.ts'
import type { KnownEnd } from './known-ends.ts'

const NAMES_MAX = 12

/** How an end can be named so that nothing else is meant. */
const fullName = ({ netns, logicalPort, plug, device, node }: KnownEnd, wish: 'netns' | 'port' = 'netns') =>
  `${(wish === 'netns' ? (netns ?? logicalPort) : (logicalPort ?? plug ?? netns)) ?? plug ?? device}@${node}`

/** Several ends have that name. */
export function ambiguous(name: string, ends: KnownEnd[]): BadCall {
  const onOneNode = new Set(ends.map(({ node }) => node)).size === 1
  const names = list([
    ...new Set(ends.map(end => (onOneNode ? fullName(end, 'port') : `${name}@${end.node}`))),
  ])
  return new BadCall(
    text(`${name} is ambiguous: write ${names.en}.`, `${name} 不只一個：請寫清楚是 ${names['zh-TW']}。`),
  )
}

/** Nothing has that name. */
export function unknownName(name: string, ends: KnownEnd[], node: string | undefined): BadCall {
  const here = ends.filter(end => node === undefined || end.node === node)
  const known = [
    ...new Set(
      here
        .filter(end => end.isOfOvn || end.netns)
        .flatMap(end => [end.netns, end.logicalPort, end.plug].filter(one => one !== undefined)),
    ),
  ].sort()
  const elsewhere = ends.find(end => [end.netns, end.logicalPort, end.plug].includes(name))
  const near = elsewhere ? `${name}@${elsewhere.node}` : nearest(name, known)
  const [at, atZh] = node === undefined ? ['in this lab', '這個實驗環境裡'] : [`on ${node}`, `${node} 上`]
  const what = text(
    `There is no namespace, logical port or interface ${name} ${at}`,
    `${atZh}沒有名為 ${name} 的 namespace、logical port 或介面`,
  )
  if (near !== undefined)
    return new BadCall(text(`${what.en}; did you mean ${near}?`, `${what['zh-TW']}，是不是要寫 ${near}？`))
  if (known.length === 0)
    return new BadCall(text(`${what.en}; there is none at all yet.`, `${what['zh-TW']}；目前一個都還沒有。`))
  const shown = list(known.slice(0, NAMES_MAX))
  const [more, moreZh] = known.length > NAMES_MAX ? [', …', '…'] : ['', '']
  return new BadCall(
    text(`${what.en}; there are ${shown.en}${more}.`, `${what['zh-TW']}；現有 ${shown['zh-TW']}${moreZh}。`),
  )
}

export const noSuchNode = (node: string, nodes: string[]): BadCall =>
  new BadCall(
    text(
      `This lab has no node ${node}; its nodes are ${list(nodes).en}.`,
      `這個實驗環境沒有節點 ${node}；它的節點是 ${list(nodes)['zh-TW']}。`,
    ),
  )

/** A packet needs a source address, and somewhere to go. */
export function withoutAddress({
  node,
  netns,
  device,
  logicalPort,
}: Pick<KnownEnd, 'node' | 'netns' | 'logicalPort'> & { device?: string }): BadCall {
  if (netns !== undefined)
    return new BadCall(
      text(
        `No interface of namespace ${netns} on ${node} but lo has an address, so packets can neither leave nor reach it: give it an address first.`,
        `${node} 上的 namespace ${netns} 除了 lo 以外，沒有介面有位址，封包無法送出也無法送達：請先設定位址。`,
      ),
    )
  const port = logicalPort ?? device ?? ''
  return new BadCall(
    text(
      `The address of the host behind ${device} on ${node} is unknown: the port ${port} in OVN has none (addresses).`,
      `不知道 ${node} 上 ${device} 後面的位址：OVN 裡的 ${port} 沒有寫位址（addresses）。`,
    ),
  )
}

/** A path needs two ends. */
export const onePort = (from: string, to: string): BadCall =>
  new BadCall(
    from === to
      ? text(
          `FROM and TO are both ${from}: give two different ends.`,
          `兩端都是 ${from}：請指定兩個不同的端點。`,
        )
      : text(
          `${from} and ${to} are behind one port, and packets between them never reach Open vSwitch.`,
          `${from} 和 ${to} 在同一個 port 後面，它們之間的封包不會經過 Open vSwitch。`,
        ),
  )

/** One speaks IPv4 only, the other IPv6 only. */
export const familiesApart = (from: string, to: string): BadCall =>
  new BadCall(
    text(
      `${from} and ${to} have no address family in common: one has only IPv4, the other only IPv6.`,
      `${from} 和 ${to} 沒有共同的位址類型：一端只有 IPv4，另一端只有 IPv6。`,
    ),
  )

/** A port that is no interface of anybody's, such as one of a router. */
export const notAnEnd = (name: string, type: string): BadCall =>
  new BadCall(
    text(
      `${name} is a port of type ${type}: a path can cross it, but cannot begin or end there.`,
      `${name} 是 type 為 ${type} 的 port：路徑會經過它，但不會從那裡開始或結束。`,
    ),
  )

/** A path ends at one machine: not in the sender's own loopback, and not at a whole subnet or group. */
export const nobodys = (address: string): BadCall =>
  new BadCall(
    text(
      `${address} is no address of one machine on a network (loopback, a whole subnet, or a group): a path cannot end there.`,
      `${address} 不是網路上某一台機器的位址（而是 loopback、整個網段或群組）：路徑不可能在那裡結束。`,
    ),
  )
