import type { Unmet } from '../core/errors.ts'
import type { Topology } from '../topology/topology.ts'
import { type CentralDatabase, findCentral } from './central.ts'
import {
  type Northbound,
  northboundFrom,
  type OvsDatabase,
  ovsFrom,
  type Southbound,
  southboundFrom,
} from './databases.ts'
import type * as evidence from './evidence.ts'

export type * from './databases.ts'

const AGAIN = { again: true } as const
const ONCE = { again: false }

/** The nouns a proof asks. Each is a look: plain typed data comes back, or CannotLook is thrown. */
export class Lab {
  readonly #looker: evidence.Looker
  readonly #meant: Partial<Topology>
  readonly #found = new Map<CentralDatabase, Promise<string>>()
  readonly #onCertain: (unmet: Unmet) => void

  /** `meant`: the lesson's machines, as far as they are known. `onCertain` is told when it is certain that a proof will fail. */
  constructor(
    looker: evidence.Looker,
    meant: Partial<Topology> = {},
    onCertain: (unmet: Unmet) => void = () => undefined,
  ) {
    this.#looker = looker
    this.#meant = meant
    this.#onCertain = onCertain
  }

  /** It is certain that this is not met; why is still being looked for, and thrown with it in the end. */
  certain(unmet: Unmet): void {
    this.#onCertain(unmet)
  }

  /** The machines that the lesson is about. */
  get topology(): Topology {
    const { links, nodes, central } = this.#meant
    if (!links || !nodes || central === undefined) throw new TypeError('this lab is no lesson’s')
    return { links, nodes, central }
  }

  /** How the links of those machines were made, where it is known. */
  get linksMade(): Topology['links'] | undefined {
    return this.#meant.links
  }

  /** The names of its nodes, whether they answer or not. */
  get nodes(): string[] {
    return this.#looker.nodes
  }

  /** Where the lab's own wires can be listened to, which is out of reach of who works on the nodes. */
  get wires(): evidence.Wires | undefined {
    return this.#looker.wires
  }

  /** The node one of OVN's central databases runs on. CannotLook where none of the nodes is it. */
  central(database: CentralDatabase = 'OVN_Southbound'): Promise<string> {
    const { central } = this.#meant
    if (central !== undefined) return Promise.resolve(central)
    const found = this.#found.get(database) ?? findCentral(this, this.#looker, database)
    this.#found.set(database, found)
    return found
  }

  /** What the learner, or a helper, told OVN. */
  async northbound(): Promise<Northbound> {
    return northboundFrom(await this.tables('OVN_Northbound'))
  }

  /** Every row of a central database that we know of, by table: for what is found by its UUID. */
  async tables(database: CentralDatabase): Promise<evidence.Tables> {
    return this.#looker.look({ look: 'database', node: await this.central(database), database })
  }

  /** What ovn-northd made of it, and where the chassis are. */
  async southbound(): Promise<Southbound> {
    return southboundFrom(await this.tables('OVN_Southbound'))
  }

  /** What a node's Open vSwitch is configured to be. `again`: after what was asked of the node meanwhile. */
  async ovs(node: string, { again } = ONCE): Promise<OvsDatabase> {
    const request = { look: 'database', node, database: 'Open_vSwitch', ...(again && AGAIN) } as const
    return ovsFrom(await this.#looker.look(request))
  }

  /** What a node's kernel says of its links and namespaces. */
  kernel(node: string): Promise<evidence.KernelFacts> {
    return this.#looker.look({ look: 'kernel', node })
  }

  /** One experiment: pings while captures listen. Asked by several claims, it is made once. */
  traffic(experiment: Omit<evidence.TrafficRequest, 'look'>): Promise<evidence.Traffic> {
    return this.#looker.look({ look: 'traffic', ...experiment })
  }

  /** What a daemon says of itself. */
  daemon(node: string, daemon: 'ovn-controller' | 'ovn-northd'): Promise<evidence.DaemonFacts> {
    return this.#looker.look({ look: 'daemon', node, daemon })
  }

  /** Every OpenFlow flow of a bridge. */
  flows(node: string, bridge: string): Promise<evidence.Flow[]> {
    return this.#looker.look({ look: 'flows', node, bridge })
  }

  /** What the ports of a bridge were told not to do. */
  portFlags(node: string, bridge: string): Promise<evidence.PortFlags> {
    return this.#looker.look({ look: 'port-flags', node, bridge })
  }

  /** How far packets would get that enter a bridge of a node, in the order given. `again`: what was looked at is looked at anew. */
  traces(node: string, packets: evidence.TracePacket[], { again } = ONCE): Promise<evidence.TraceSeen[]> {
    return this.#looker.look({ look: 'traces', node, packets, ...(again && AGAIN) })
  }

  /** The rows of Logical_Flow that flows with these cookies come from. */
  async logicalFlows(cookies: string[], { again } = ONCE): Promise<evidence.LogicalFlow[]> {
    const node = await this.central()
    return this.#looker.look({ look: 'flow-origins', node, cookies, ...(again && AGAIN) })
  }

  /** The default flows that a datapath has in the southbound database, one for each stage. */
  async defaultFlows(datapath: string): Promise<evidence.DefaultFlow[]> {
    return this.#looker.look({ look: 'default-flows', node: await this.central(), datapath })
  }

  /** Matches of Logical_Flow that OVN cannot parse. */
  async unparsedMatches(): Promise<evidence.UnparsedMatch[]> {
    return this.#looker.look({ look: 'unparsed', node: await this.central() })
  }

  /** How far packets would get by the southbound database alone, whatever flows the bridges have. */
  async logicalTraces(packets: evidence.LogicalPacket[]): Promise<evidence.LogicalTraceSeen[]> {
    return this.#looker.look({ look: 'logical-traces', node: await this.central(), packets })
  }

  /** What a node's Open vSwitch has counted of packets it did not pass on, before a probe and `again` after it. */
  dropCounters(
    node: string,
    bridges: string[],
    of: string,
    { again } = ONCE,
  ): Promise<evidence.DropCounters> {
    return this.#looker.look({ look: 'drop-counters', node, bridges, of, ...(again && AGAIN) })
  }

  /** MAC addresses that somebody wrote down in a bridge of Open vSwitch, each with its place there. */
  writtenFdb(node: string, bridge: string): Promise<evidence.WrittenFdbEntry[]> {
    return this.#looker.look({ look: 'written-fdb', node, bridge })
  }

  /** Where a Linux bridge of a node takes MAC addresses to be. */
  fdb(node: string, bridge: string): Promise<evidence.FdbEntry[]> {
    return this.#looker.look({ look: 'fdb', node, bridge })
  }

  /** What every link and every interface of Open vSwitch on a node has counted so far. */
  linkCounters(node: string): Promise<evidence.LinkCounters> {
    return this.#looker.look({ look: 'link-counters', node })
  }

  /** What the kernel has counted of packets it did not pass on, in a namespace or on the node itself. */
  stackCounters(
    node: string,
    netns: string | undefined,
    of: string,
    { again } = ONCE,
  ): Promise<evidence.DropCounters> {
    const request = { look: 'stack-counters' as const, node, ...(netns !== undefined && { netns }), of }
    return this.#looker.look({ ...request, ...(again && AGAIN) })
  }

  /** Routes, neighbours, filters and parameters of a namespace, or of the node itself. */
  stack(
    node: string,
    netns: string | undefined,
    routes: evidence.RouteQuestion[],
  ): Promise<evidence.NetworkStack> {
    return this.#looker.look({ look: 'stack', node, ...(netns !== undefined && { netns }), routes })
  }

  /** Where the kernel of a namespace, or of the node itself, would send packets: the little of its stack that a check always asks. */
  routes(
    node: string,
    netns: string | undefined,
    routes: evidence.RouteQuestion[],
  ): Promise<evidence.RouteAnswer[]> {
    return this.#looker.look({ look: 'routes', node, ...(netns !== undefined && { netns }), routes })
  }

  /** Whether a namespace, or the node itself, would ask for a neighbour's MAC address and take the answer. */
  arp(node: string, netns: string | undefined): Promise<evidence.ArpFacts> {
    return this.#looker.look({ look: 'arp', node, ...(netns !== undefined && { netns }) })
  }

  /** Who answers on a link of a node for an address; nobody learns anything from the question (RFC 5227). */
  arpProbe(node: string, question: evidence.ArpQuestion): Promise<evidence.ArpSeen> {
    return this.#looker.look({ look: 'arp-probe', node, ...question })
  }

  /** Who has leases on a node, and who could give some. */
  leases(node: string): Promise<evidence.LeaseFacts> {
    return this.#looker.look({ look: 'leases', node })
  }

  /** What becomes of a DISCOVER that a link of a namespace sends; a server remembers nothing of it (RFC 2131, section 3.1). */
  dhcp(node: string, question: evidence.DhcpQuestion): Promise<evidence.DhcpSeen> {
    return this.#looker.look({ look: 'dhcp', node, ...question })
  }

  /** How a namespace comes to its addresses of IPv6, and what it learnt of routers. */
  autoconf(node: string, netns: string): Promise<evidence.AutoconfFacts> {
    return this.#looker.look({ look: 'autoconf', node, netns })
  }

  /** Processes of a node that may advertise a router. */
  routerSockets(node: string): Promise<evidence.RouterSocket[]> {
    return this.#looker.look({ look: 'router-sockets', node })
  }

  /** What becomes of a Router Solicitation that a link of a namespace sends; a router remembers nothing of it. */
  ra(node: string, question: evidence.RaQuestion): Promise<evidence.RaSeen> {
    return this.#looker.look({ look: 'ra', node, ...question })
  }

  /** A page of a web server in a namespace of the node, and what crossed the wires for it. Asked by several claims, it is fetched once. */
  page(node: string, question: evidence.PageQuestion): Promise<evidence.PageSeen> {
    return this.#looker.look({ look: 'page', node, ...question })
  }

  /** What a node's answers were made with. */
  programs(node: string): Promise<evidence.ProgramFacts> {
    return this.#looker.look({ look: 'programs', node })
  }
}
