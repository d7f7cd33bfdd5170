import type { Paced } from '../core/patience.ts'
import type { DatabaseName, Tables } from '../core/rows.ts'
import type { Wires } from '../core/wires.ts'
import type { AutoconfFacts, RaQuestion, RaSeen, RouterSocket } from './autoconf.ts'
import type { DhcpQuestion, DhcpSeen, LeaseFacts } from './dhcp.ts'
import type { DaemonFacts, FdbEntry, KernelFacts, WrittenFdbEntry } from './kernel.ts'
import type { PageQuestion, PageSeen } from './page.ts'
import type { ProgramFacts } from './programs.ts'
import type { ArpFacts, ArpQuestion, ArpSeen, NetworkStack, RouteAnswer, RouteQuestion } from './stack.ts'
import type { Traffic, TrafficRequest } from './traffic.ts'

export type * from '../core/blind.ts'
export type * from '../core/rows.ts'
export type * from '../core/wires.ts'
export type * from './autoconf.ts'
export type * from './dhcp.ts'
export type * from './kernel.ts'
export type * from './page.ts'
export type * from './programs.ts'
export type * from './stack.ts'
export type * from './traffic.ts'

/** What looks bring home: plain JSON data, so that it can be recorded, judged again, and compared. */

/** One OpenFlow flow as a bridge has it (ovs-fields(7), ovs-actions(7)). */
export interface Flow {
  table: number
  priority: number
  /** Hexadecimal, without 0x, without leading zeros. ovn-controller puts in the first 32 bits of the row it comes from. */
  cookie: string
  /** Match fields and actions as ovs-ofctl prints them. */
  match: string
  actions: string
}

/** What each port of a bridge was told not to do (`config` of ovs-ofctl(8), dump-ports-desc), by its number: names are cut there. */
export type PortFlags = Record<string, string[]>

/** How far a packet would get through the flows of a node (`ofproto/trace`, ovs-vswitchd(8)); none is sent. */
export interface TraceSeen {
  /** Flows it meets, in order, through all bridges; `notes` are the reasons Open vSwitch gives (its lines with -> and >>). */
  steps: TraceStep[]
  /** Every bridge it enters, in order; one it enters without a step there turns it away at once. */
  bridges: string[]
  /** What would be done with it in the end; `drop` where it ends here. */
  datapathActions: string
  /** The time to live that it was given before connection tracking looked at it, where it was given one. */
  givenTtl?: number
}

/** One flow that a traced packet meets. */
export interface TraceStep {
  bridge: string
  table: number
  flow: string
  /** Hexadecimal, without 0x, without leading zeros. */
  cookie: string
  actions: string[]
  notes: string[]
}

/** A packet to trace: where it enters, as ofproto/trace takes it (with its in_port), and what connection tracking would say. */
export interface TracePacket {
  bridge: string
  flow: string
  /** Of a connection that is known: an answer, say. */
  isEstablished?: true
  /** A further packet, the same way, of a connection that was begun. */
  isFurther?: true
  /** It is one that a controller sends: actions that it begins with, in place of table 0 (ofproto/trace-packet-out). */
  begins?: string
}

/** A packet to trace through the southbound database alone (ovn-trace(8)): its logical switch, and what it is there. */
export interface LogicalPacket {
  datapath: string
  flow: string
  /** Of a connection that is known: an answer, say. */
  isEstablished?: true
  /** The rows that it meets are asked for as well. */
  withRows?: true
}

/** The logical ports it would be put out to, none where it would be dropped; absent where ovn-trace did not say. */
export interface LogicalTraceSeen {
  outputs?: string[]
  /** The IPv4 addresses that it is given on the way; absent where OVN would ask for a MAC address first, and ovn-trace ends there. */
  given?: string[]
  /** Whose MAC address OVN would ask for first, to send it there. */
  asksFor?: string
  /** The MAC address that it bears in the end, where it was given one. */
  sentTo?: string
  /** The rows of Logical_Flow that it meets, one after the other; absent unless asked for. */
  rows?: MetRow[]
}

/** A row of Logical_Flow: the first eight digits of its UUID, its stage, and what it matches. */
export type MetRow = Pick<LogicalFlow, 'uuid' | 'stage' | 'match'>

/** Where a flow of OVN comes from: a row of Logical_Flow, or of the table that is told (ovn-sb(5)). */
export interface LogicalFlow {
  table?: string
  /** First eight digits of its UUID, which is the cookie of its OpenFlow flows. */
  uuid: string
  stage: string
  priority: number
  match: string
  actions: string
  /** First eight digits of the UUID of the northbound row it was made for, where northd tells. */
  hint?: string
}

/** The match of a row of Logical_Flow that nobody can parse, so that it makes no flow anywhere, and what the parser says of it. */
export interface UnparsedMatch {
  match: string
  why: string
}

/** A row of Logical_Flow whose match is 1, for every packet of its stage: each stage of a datapath has one (ovn-sb(5)). */
export interface DefaultFlow {
  /** First eight digits of its UUID, as in LogicalFlow. */
  uuid: string
  stage: string
  pipeline: 'ingress' | 'egress'
  tableId: number
}

/** Counters of what a node's Open vSwitch, or its kernel, did not pass on, by the place that counts (ovs-appctl(8), ovs-ofctl(8), nstat(8)). */
export type DropCounters = Record<string, number>

/** What links and interfaces have counted since they are there (ip-link(8), -s; ovs-vswitchd.conf.db(5), Interface, statistics). */
export interface LinkCounters {
  /** By name: those of the node itself, and of each named namespace. */
  links: {
    node: Record<string, Record<string, number>>
    netns: Record<string, Record<string, Record<string, number>>>
  }
  /** Of Open vSwitch, by name, as ovs-vswitchd wrote them last: every five seconds, unless told otherwise. */
  interfaces: Record<string, Record<string, number>>
}

/** What to look at. Plain data: its JSON is the key under which evidence is recorded. */
export type Request =
  /** `again`: as it is after what was asked of its node meanwhile. */
  | { look: 'database'; node: string; database: DatabaseName; again?: true }
  | { look: 'kernel'; node: string }
  | TrafficRequest
  | PageRequest
  | DiagnosticRequest

/** A page is fetched from a web server in a namespace of the node. */
export type PageRequest = { look: 'page'; node: string } & PageQuestion

/** Looks that are taken only where something does not work, to find out why. */
export type DiagnosticRequest =
  | { look: 'daemon'; node: string; daemon: 'ovn-controller' | 'ovn-northd' }
  | { look: 'flows'; node: string; bridge: string }
  | { look: 'port-flags'; node: string; bridge: string }
  /** Of a Linux bridge. */
  | { look: 'fdb'; node: string; bridge: string }
  /** Of a bridge of Open vSwitch: what somebody wrote down there. */
  | { look: 'written-fdb'; node: string; bridge: string }
  | { look: 'traces'; node: string; packets: TracePacket[]; again?: true }
  /** Of the node with the southbound database: the rows that flows with these cookies come from. */
  | { look: 'flow-origins'; node: string; cookies: string[]; again?: true }
  /** Of the node with the southbound database: the default flows that a datapath has there. */
  | { look: 'default-flows'; node: string; datapath: string }
  | { look: 'logical-traces'; node: string; packets: LogicalPacket[] }
  /** Of the node with the southbound database: what OVN's own parser makes nothing of. */
  | { look: 'unparsed'; node: string }
  /** `of`: the probe they are read around; `again`: after it. */
  | { look: 'drop-counters'; node: string; bridges: string[]; of: string; again?: true }
  | { look: 'link-counters'; node: string }
  /** Of what was not passed on, in a namespace or the node itself. */
  | { look: 'stack-counters'; node: string; netns?: string; of: string; again?: true }
  /** Without `netns`: the node's own. */
  | { look: 'stack'; node: string; netns?: string; routes: RouteQuestion[] }
  | { look: 'arp'; node: string; netns?: string }
  | ({ look: 'arp-probe'; node: string } & ArpQuestion)
  | { look: 'routes'; node: string; netns?: string; routes: RouteQuestion[] }
  /** Who has leases there, and who could give some. */
  | { look: 'leases'; node: string }
  /** Sends a DISCOVER, and tells what became of it. */
  | ({ look: 'dhcp'; node: string } & DhcpQuestion)
  | { look: 'autoconf'; node: string; netns: string }
  | { look: 'router-sockets'; node: string }
  /** Sends a Router Solicitation, and tells what became of it. */
  | ({ look: 'ra'; node: string } & RaQuestion)
  | { look: 'programs'; node: string }

/** What a look of each kind brings home. */
interface EvidenceOf {
  database: Tables
  kernel: KernelFacts
  traffic: Traffic
  page: PageSeen
  daemon: DaemonFacts
  flows: Flow[]
  'port-flags': PortFlags
  fdb: FdbEntry[]
  'written-fdb': WrittenFdbEntry[]
  traces: TraceSeen[]
  'flow-origins': LogicalFlow[]
  'default-flows': DefaultFlow[]
  'logical-traces': LogicalTraceSeen[]
  unparsed: UnparsedMatch[]
  'drop-counters': DropCounters
  'link-counters': LinkCounters
  'stack-counters': DropCounters
  stack: NetworkStack
  arp: ArpFacts
  'arp-probe': ArpSeen
  /** In the order of the questions. */
  routes: RouteAnswer[]
  leases: LeaseFacts
  dhcp: DhcpSeen
  autoconf: AutoconfFacts
  'router-sockets': RouterSocket[]
  ra: RaSeen
  programs: ProgramFacts
}

/** The evidence a request is answered with. */
export type Evidence<R extends Request> = EvidenceOf[R['look']]

/**
 * The one door to a lab. A looker at nodes asks the machines; a recorded one replays evidence.
 * `look` rejects with CannotLook when it could not look.
 */
export interface Looker extends Paced {
  readonly lab: string
  /** The names of its nodes, whether they answer or not. */
  readonly nodes: string[]
  /** When what it answers was recorded (ISO 8601, UTC); absent where machines are asked. */
  readonly takenAt?: string
  /** Where we may listen on the lab's own wires. */
  readonly wires?: Wires | undefined
  look<R extends Request>(request: R): Promise<Evidence<R>>
  /** Resolves when something a look depends on has changed (at once if it did since `since`); never on a recording. */
  changed(since: number, signal: AbortSignal): Promise<void>
  /** Counts changes; evidence of one epoch is looked at once. */
  readonly epoch: number
  close(): Promise<void>
}
