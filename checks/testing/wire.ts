import type { HeardPacket } from '../../harness/look/evidence.ts'
import { captureOn, type Edit, type Evidence, ns1, ns2 } from './solved-lab.ts'

type Node = 'controller' | 'hypervisor'

const NODES = ['controller', 'hypervisor'] as const

/** The token of the ping from ns2 to ns1, or the other way. */
export function tokenOf({ traffic }: Evidence, from: 'ns1' | 'ns2'): string {
  const to = from === 'ns1' ? ns2.address : ns1.address
  const ping = traffic.pings.find(one => one.from.netns === from && one.to === to)
  if (!ping) throw new Error(`No ping from ${from}`)
  return ping.token
}

const withToken = (evidence: Evidence, node: Node, link: string, token: string): HeardPacket[] =>
  captureOn(evidence, node, link).heard.filter(packet => packet.token === token)

/** An edit: each packet of the ping from ns2 to ns1 that a node hears on eth2, as `change` makes it; gone without. */
export const onEth2 =
  (nodes: readonly Node[], change: (packet: HeardPacket) => HeardPacket | undefined): Edit =>
  evidence => {
    const token = tokenOf(evidence, 'ns2')
    for (const node of nodes) {
      const capture = captureOn(evidence, node, 'eth2')
      capture.heard = capture.heard.flatMap(packet => {
        const changed = packet.token === token ? change(packet) : packet
        return changed ? [changed] : []
      })
    }
  }

const GENEVE = { vni: 1, outerSource: '192.168.33.20', outerDestination: '192.168.33.10' }

/** An edit: the ping crosses eth1 in Geneve, as it does without a localnet port; eth2 hears nothing of it. */
export const inGeneve =
  (from: 'ns1' | 'ns2'): Edit =>
  evidence => {
    const token = tokenOf(evidence, from)
    for (const node of NODES) {
      const packets = withToken(evidence, node, 'eth2', token)
      captureOn(evidence, node, 'eth1').heard.push(...packets.map(packet => ({ ...packet, geneve: GENEVE })))
      const outside = captureOn(evidence, node, 'eth2')
      outside.heard = outside.heard.filter(packet => packet.token !== token)
    }
  }

/** An edit: Geneve of somebody else's ping on eth1. */
export const otherGeneve: Edit = evidence => {
  for (const node of NODES) {
    const [packet] = captureOn(evidence, node, 'eth2').heard
    captureOn(evidence, node, 'eth1').heard.push({ ...packet!, token: '0'.repeat(32), geneve: GENEVE })
  }
}

/** An edit: a capture that took in nothing at all. */
export const silent =
  (node: Node, link: string): Edit =>
  evidence => {
    Object.assign(captureOn(evidence, node, link), { heard: [], packetsTotal: 0 })
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
