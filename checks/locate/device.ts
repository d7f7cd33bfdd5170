import { type Text, text } from '../../harness/core/text.ts'
import type { NetworkStack } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { whatDrops } from '../diagnosis/nft-verdict.ts'
import { inside, on } from '../nouns/phrases.ts'
import { echoHeadsBytes, USUAL_BYTES, type Wanted } from '../nouns/wanted.ts'
import { linksOf } from '../route/end.ts'
import { requestedMtu } from './requested-mtu.ts'
import { tooWide } from './too-wide.ts'

/** A device that a packet crosses, on a node or in a namespace of it. */
export interface Device {
  node: string
  netns?: string
  name: string
  way: 'in' | 'out'
}

/** Disciplines the kernel takes by itself; none of them holds a ping back (tc(8)). */
const HARMLESS = ['noqueue', 'pfifo_fast', 'fq_codel', 'fq', 'mq', 'sfq', 'cake', 'noop', 'clsact', 'ingress']

/** Nobody is given these without asking; they hold nothing back as long as there is room (tc-pfifo(8), limit). */
const QUEUES = ['pfifo', 'bfifo']

/** How the words begin of what tc does not show: programs attached by tcx. */
const TCX = 'tcx:'

const placeOf = ({ node, netns, name }: Pick<Device, 'node' | 'netns' | 'name'>) =>
  `${node} · ${netns === undefined ? name : `netns ${netns}`}`
const command = ({ node, netns }: Device, tool: 'ip' | 'tc', words: string) =>
  on(
    node,
    netns === undefined
      ? `${tool === 'tc' ? 'sudo ' : ''}${tool} ${words}`
      : `sudo ${tool} -n ${netns} ${words}`,
  )

/** What keeps a packet from leaving or entering by a device: its state, then what hooks in there. */
export async function heldAt(lab: Lab, device: Device, packet: Wanted): Promise<BrokenLink | undefined> {
  const dead = await deadAt(lab, device)
  if (dead) return dead
  const narrow = await narrowAt(lab, device, packet)
  if (narrow) return narrow
  const stack = await unlessBlind(lab.stack(device.node, device.netns, []))
  return stack && hookedAt(device, stack, packet)
}

/** The packet does not fit through a device. */
export async function narrowAt(lab: Lab, device: Device, packet: Wanted): Promise<BrokenLink | undefined> {
  const { node, name } = device
  const { mtu = 0 } = (await linkAt(lab, device)) ?? {}
  const { bytes = USUAL_BYTES, aroundBytes = 0 } = packet
  const needed = packet.kind.startsWith('echo') ? echoHeadsBytes(packet.destination) + bytes + aroundBytes : 0
  if (mtu === 0 || mtu >= needed) return undefined
  const sender = await tooWide(
    lab,
    { node, name, mtu },
    { source: packet.source, bytes: needed - aroundBytes },
  )
  if (sender) return sender
  return requestedMtu(lab, device, mtu, {
    where: placeOf(device),
    saw: text(
      `${name} on ${node} has an MTU of ${mtu} bytes, and ${aroundBytes > 0 ? 'a ping in Geneve' : 'a ping'} has ${needed}`,
      `${node} 上 ${name} 的 MTU 是 ${mtu} 位元組，而一個${aroundBytes > 0 ? '封裝在 Geneve 裡的' : ' '}ping 封包有 ${needed} 位元組`,
    ),
    tryThis: showLink(device),
    cause: 'mtu',
  })
}

/** Nothing at all passes a device that is not there, is down or leads nowhere. */
export async function deadAt(lab: Lab, device: Device): Promise<BrokenLink | undefined> {
  const { name } = device
  const link = await linkAt(lab, device)
  const [saw, cause]: [Text, Cause?] | [] = !link
    ? [text(`there is no interface ${name}`, `沒有介面 ${name}`)]
    : !link.isUp
      ? [text(`${name} is down`, `${name} 沒有啟用（DOWN）`), 'link-down']
      : !link.hasCarrier
        ? [
            text(
              `${name} is up but has no carrier (the other end is not connected)`,
              `${name} 已啟用，但沒有 carrier（另一端沒有接上）`,
            ),
          ]
        : []
  return saw && { where: placeOf(device), saw, tryThis: showLink(device), ...(cause && { cause }) }
}

const showLink = (device: Device) => command(device, 'ip', `link show ${device.name}`)

async function linkAt(lab: Lab, { node, netns, name }: Device) {
  return linksOf(await lab.kernel(node), netns).find(one => one.name === name)
}

/** A rule of nftables at a device. */
export const filterAt = (node: string, name: string, rule: string, netns?: string): BrokenLink => ({
  where: `${placeOf({ node, name, ...(netns !== undefined && { netns }) })} · nftables`,
  saw: text(`a packet filter at ${name}: ${rule}`, `${name} 上有封包過濾規則：${rule}`),
  tryThis: on(node, `sudo ${inside({ netns }, 'nft list ruleset')}`),
  cause: 'netns-nftables',
})

/** Filters of tc that only send copies elsewhere, or count: the packet itself goes on (tc-mirred(8), mirror). */
const letsThrough = (words: string): boolean => {
  const actions = words.split(/\baction order \d+: /).slice(1)
  return (
    actions.length > 0 && actions.every(one => /^(mirred \(\w+ Mirror |gact action (pass|pipe)\b)/.test(one))
  )
}

/** What hooks in at a device: XDP, nftables on it, filters and disciplines of tc. */
export function hookedAt(device: Device, stack: NetworkStack, packet: Wanted): BrokenLink | undefined {
  const { node, name, way } = device
  const place = placeOf(device)
  if (way === 'in' && stack.xdp.includes(name))
    return {
      where: `${place} · xdp`,
      saw: text(
        `an XDP program on ${name} processes each packet first`,
        `${name} 上有 XDP 程式，會先處理每個封包`,
      ),
      tryThis: command(device, 'ip', `-d link show ${name}`),
    }
  const netdev = stack.chains.filter(({ family }) => family === 'netdev')
  const rule = whatDrops(netdev, { packet, device: name, way })
  if (rule) return filterAt(node, name, rule, device.netns)
  const hook = way === 'in' ? 'ingress' : 'egress'
  const filter = stack.filters.find(one => one.device === name && one.way === hook && !letsThrough(one.words))
  if (filter?.words.startsWith(TCX))
    return {
      where: `${place} · tcx`,
      saw: text(
        `a BPF program that tcx attaches to ${name}, ${hook}, processes each packet first`,
        `${name} 的 ${hook} 有 tcx 掛上的 BPF 程式，會先處理每個封包`,
      ),
      tryThis: on(node, `sudo ${inside(device, `bpftool net show dev ${name}`)}`),
    }
  if (filter)
    return {
      where: `${place} · tc`,
      saw: text(
        `a filter of tc at ${name}, ${hook}: ${filter.words}`,
        `${name} 的 ${hook} 有 tc 過濾規則：${filter.words}`,
      ),
      tryThis: command(device, 'tc', `filter show dev ${name} ${hook}`),
      cause: 'queueing',
    }
  const qdisc = stack.qdiscs.find(
    ({ device: at, kind, drops }) =>
      at === name && !HARMLESS.includes(kind) && (drops > 0 || !QUEUES.includes(kind)),
  )
  if (way === 'out' && qdisc)
    return {
      where: place,
      saw: text(
        `packets that leave through ${name} ${device.netns === undefined ? `on ${node}` : `in ${device.netns}`} pass the queueing discipline ${qdisc.kind}, which has dropped ${qdisc.drops} packets`,
        `從 ${device.netns ?? node} 的 ${name} 送出的封包要先經過 queueing discipline ${qdisc.kind}，它已經丟棄 ${qdisc.drops} 個封包`,
      ),
      tryThis: command(device, 'tc', `-s qdisc show dev ${name}`),
      cause: 'queueing',
    }
  return undefined
}
