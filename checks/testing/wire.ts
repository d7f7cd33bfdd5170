import type { HeardPacket } from '../../harness/look/evidence.ts'
import { captureOn } from './recorded.ts'
import { type Edit, type Evidence, ns1, ns2 } from './solved-lab.ts'

type Node = 'controller' | 'hypervisor'
/** A link that is listened to. */
export type Spot = readonly [node: Node, link: string]

/** Where the ping from ns2 to ns1 passes, in this order. */
export const WAY = [
  ['hypervisor', 'veth-ns2-br'],
  ['hypervisor', 'eth2'],
  ['controller', 'eth2'],
  ['controller', 'veth-ns1-br'],
] as const satisfies Spot[]
export const PHYSICAL = [WAY[1], WAY[2]] as const
const UNDERLAY = [
  ['controller', 'eth1'],
  ['hypervisor', 'eth1'],
] as const satisfies Spot[]

/** The token of the ping from a namespace to the other one, or to another address. */
export function tokenOf({ traffic }: Evidence, from: 'ns1' | 'ns2', to?: string): string {
  const address = to ?? (from === 'ns1' ? ns2 : ns1).address
  const ping = traffic.pings.find(one => one.from.netns === from && one.to === address)
  if (!ping) throw new Error(`No ping from ${from} to ${address}`)
  return ping.token
}

/** An edit: each packet of the ping from ns2 to ns1 that is heard at these places, as `change` makes it; gone without. */
export const heardAt =
  (spots: readonly Spot[], change: (packet: HeardPacket) => HeardPacket | undefined): Edit =>
  evidence => {
    const token = tokenOf(evidence, 'ns2')
    for (const [node, link] of spots) {
      const capture = captureOn(evidence, node, link)
      capture.heard = capture.heard.flatMap(packet => {
        const changed = packet.token === token ? change(packet) : packet
        return changed ? [changed] : []
      })
    }
  }

/** An edit: nothing of the ping from ns2 to ns1 is heard at these places, or no request, or no reply. */
export const unheard = (spots: readonly Spot[], icmp?: HeardPacket['icmp']): Edit =>
  heardAt(spots, packet => (icmp === undefined || packet.icmp === icmp ? undefined : packet))

/** An edit: what ping said of the ping from ns2 to ns1. */
export const cameTo =
  (sent: number, received: number, complaint?: string): Edit =>
  evidence => {
    const token = tokenOf(evidence, 'ns2')
    const ping = evidence.traffic.pings.find(one => one.token === token)
    Object.assign(ping!, { sent, received, ...(complaint !== undefined && { complaint }) })
  }

const GENEVE = { vni: 1, outerSource: '192.168.33.20', outerDestination: '192.168.33.10' }

/** An edit: the ping crosses eth1 in Geneve, as it does without a localnet port; eth2 hears nothing of it. */
export const inGeneve =
  (from: 'ns1' | 'ns2'): Edit =>
  evidence => {
    const token = tokenOf(evidence, from)
    const isMeant = (packet: HeardPacket) => packet.token === token
    for (const [node] of UNDERLAY) {
      const outside = captureOn(evidence, node, 'eth2')
      const packets = outside.heard.filter(isMeant)
      captureOn(evidence, node, 'eth1').heard.push(...packets.map(packet => ({ ...packet, geneve: GENEVE })))
      outside.heard = outside.heard.filter(packet => !isMeant(packet))
    }
  }

/** An edit: Geneve of somebody else's ping on eth1. */
export const otherGeneve: Edit = evidence => {
  for (const [node] of UNDERLAY) {
    const [packet] = captureOn(evidence, node, 'eth2').heard
    captureOn(evidence, node, 'eth1').heard.push({ ...packet!, token: '0'.repeat(32), geneve: GENEVE })
  }
}

/** An edit: a capture that took in nothing at all. */
export const silent =
  (node: Node, link: string): Edit =>
  evidence => {
    Object.assign(captureOn(evidence, node, link), { heard: [], arps: [], packetsTotal: 0 })
  }

/** An edit: a capture that could not listen. */
export const blinded =
  (node: Node, link: string): Edit =>
  ({ traffic }) => {
    traffic.captures = traffic.captures.map(capture =>
      capture.node === node && capture.link === link ? { node, link, blind: blindness(node, link) } : capture,
    )
  }

/** What a capture that could not listen comes to. */
export const blindness = (node: Node, link: string) => ({
  reason: { en: 'tcpdump is not installed', 'zh-TW': '沒有安裝 tcpdump' },
  where: `${node} · ${link}`,
  help: 'sudo apt-get install tcpdump',
})

/** An edit: a capture that did not hear its marker. */
export const deaf =
  (node: Node, link: string): Edit =>
  evidence => {
    captureOn(evidence, node, link).heardMarker = false
  }

/** An edit: a capture that lost packets. */
export const lossy =
  (node: Node, link: string, droppedByKernel: number): Edit =>
  evidence => {
    captureOn(evidence, node, link).droppedByKernel = droppedByKernel
  }
