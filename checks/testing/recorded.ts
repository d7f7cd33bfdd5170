import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../harness/core/checkout.ts'
import type {
  CaptureHeard,
  Evidence as EvidenceOf,
  KernelFacts,
  Looker,
  Request,
  Traffic,
} from '../../harness/look/evidence.ts'
import { Lab } from '../../harness/look/lab.ts'
import { type Recording, replay } from '../../harness/look/recording.ts'
import type { Bridge, Interface, OpenVSwitch, Port } from '../../harness/ovsdb/tables.ts'
import { loadTopology } from '../../harness/topology/load-topology.ts'

export const NODES = ['controller', 'hypervisor'] as const
export type Node = (typeof NODES)[number]

/** A node's own database, by table. */
export interface OvsTables {
  Open_vSwitch: [OpenVSwitch]
  Bridge: Bridge[]
  Port: Port[]
  Interface: Interface[]
}

const topology = await loadTopology()

/** A lesson's recording of two real machines that had it solved. */
export function recordedIn(file: string) {
  const recorded = JSON.parse(readFileSync(join(checkout, 'lessons', file), 'utf8')) as Recording
  /** A copy of the evidence of a look, of the node and the database if it is one of those. */
  const found = <E>(look: Request['look'], node?: Node, database?: string): E => {
    const answer = recorded.answers.find(({ request }) => {
      const asked = request as { look: string; node?: string; database?: string }
      return asked.look === look && asked.node === node && asked.database === database
    })
    if (!answer || !('evidence' in answer))
      throw new Error(`The recording has no ${look} ${node} ${database}`)
    return structuredClone(answer.evidence) as E
  }
  const ofNodes = <E>(of: (node: Node) => E): Record<Node, E> => ({
    controller: of('controller'),
    hypervisor: of('hypervisor'),
  })
  /** Copies of the evidence of a look into namespaces, by namespace: the last of each, as routes of IPv4 are asked for first. */
  const byNamespace = <E>(look: 'routes' | 'dhcp' | 'ra' | 'autoconf'): Record<string, E> =>
    Object.fromEntries(
      recorded.answers.flatMap(answer =>
        answer.request.look === look && 'evidence' in answer
          ? [[answer.request.netns, structuredClone(answer.evidence) as E]]
          : [],
      ),
    )
  return {
    recorded,
    found,
    ofNodes,
    byNamespace,
    /** What both lessons' labs are made of. */
    common: () => ({
      kernel: ofNodes(node => found<KernelFacts>('kernel', node)),
      ovs: ofNodes(node => found<OvsTables>('database', node, 'Open_vSwitch')),
      traffic: found<Traffic>('traffic'),
    }),
    /** A lab that answers so, and what that leaves undefined by the recording; by these answers of it only, if told. */
    labWith(answerTo: (request: Request) => unknown, answers = recorded.answers): Lab {
      const replayed = replay({ ...recorded, nodes: [...NODES], answers })
      const look = async <R extends Request>(request: R): Promise<EvidenceOf<R>> =>
        (answerTo(request) ?? (await replayed.look(request))) as EvidenceOf<R>
      return new Lab({ ...replayed, look } satisfies Looker, topology)
    },
  }
}

/** What a capture on a node, or on the wire at the other end of the node's link, heard. */
export function captureOn(
  { traffic }: { traffic: Traffic },
  node: Node,
  link: string,
  isWire = false,
): CaptureHeard {
  const found = traffic.captures.find(seen =>
    isWire
      ? seen.wireOf?.node === node && seen.wireOf.link === link
      : seen.node === node && seen.link === link,
  )
  if (!found || !('heard' in found)) throw new Error(`No capture on ${node} ${link}`)
  return found
}
