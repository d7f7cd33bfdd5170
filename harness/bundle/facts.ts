import { isMac } from '../core/mac.ts'
import type { DatabaseName, RawRow, Tables } from '../core/rows.ts'
import type { KernelFacts, Link, ProgramFacts } from '../look/evidence.ts'
import type { Recording } from '../look/recording.ts'
import type { Bundle } from './bundle.ts'

/** What a student's own machines drew at random: nobody else's has the same, unless it is a clone. Each is `what value`. */
export interface MachineFacts {
  /** Rows of the databases that came into being by the student's work. */
  rowUuids: string[]
  /** MAC addresses that the kernel or Open vSwitch drew. */
  macs: string[]
  /** Rows and ids that a machine has before anybody works on it: one that is made from a box may share them with others. */
  databaseIds: string[]
  /** When a chassis had done what OVN was told, to the millisecond: two machines may have one by chance, a clone has all. */
  times: string[]
  /** The commands that were handed in. */
  handedIn: string[]
  /** The numbers that a running kernel drew, for each node: no box has them, but containers of one computer may, one after the other. */
  kernels: string[]
}

/** Tables whose rows come into being by work, or by OVN because of it. */
const OF_WORK: Record<DatabaseName, readonly string[]> = {
  OVN_Northbound: [
    'Logical_Switch',
    'Logical_Switch_Port',
    'Logical_Router',
    'Logical_Router_Port',
    'Logical_Router_Static_Route',
    'Logical_Router_Policy',
    'ACL',
    'Address_Set',
    'Port_Group',
    'DHCP_Options',
    'NAT',
    'Load_Balancer',
  ],
  OVN_Southbound: ['Datapath_Binding', 'Port_Binding', 'Multicast_Group'],
  Open_vSwitch: ['Bridge', 'Port', 'Interface'],
}

/** Tables whose rows a machine may have had when it was handed out. */
const OF_MACHINE: Record<DatabaseName, readonly string[]> = {
  OVN_Northbound: ['NB_Global'],
  OVN_Southbound: ['SB_Global', 'Chassis', 'Chassis_Private', 'Encap'],
  Open_vSwitch: ['Open_vSwitch'],
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const NONE: MachineFacts = { rowUuids: [], macs: [], databaseIds: [], times: [], handedIn: [], kernels: [] }

/** What tells whose a bundle's work is: what their own machines drew, or the commands alone where they ran on machines of ours. */
export function bundleFacts({ reached, submission, recording }: Bundle): MachineFacts {
  if (!reached.startsWith('submission')) return machineFacts(recording)
  // Commands of which none ran, as of a template nobody filled in, are everybody's.
  return submission && submission.ran.length > 0
    ? { ...NONE, handedIn: [`submission ${submission.digest}`] }
    : NONE
}

/**
 * What the machines of a recording drew. What it holds may be forged, so nothing is expected of its form. MAC addresses
 * of physical links are the box's or the hypervisor's; of others, those that look chosen are left out.
 */
export function machineFacts(recording: Recording): MachineFacts {
  const [rows, ids, macs, physical, times, kernels] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ]
  for (const answer of recording.answers) {
    if (!('evidence' in answer)) continue
    const { request, evidence } = answer
    if (request.look === 'database')
      databaseFacts(request.database, evidence as Tables, { rows, ids, macs, times })
    if (request.look === 'kernel') kernelFacts(evidence as KernelFacts, macs, physical)
    if (request.look === 'programs') addWord(kernels, kernelOf(evidence as ProgramFacts))
  }
  const drawn = [...macs].filter(mac => isDrawn(mac) && !physical.has(mac))
  return {
    rowUuids: [...rows].sort(),
    macs: drawn.map(mac => `MAC ${mac}`).sort(),
    databaseIds: [...ids].sort(),
    times: [...times].sort(),
    handedIn: [],
    kernels: [...kernels].sort(),
  }
}

const listOf = <Kind>(value: unknown): Partial<Kind>[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'object' && one !== null) : []

const valuesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : []

/** Not String(…): an object can have a toString that is none. */
const addWord = (words: Set<string>, word: unknown): void => {
  if (typeof word === 'string') words.add(word)
}

const tablesOf = (of: Record<DatabaseName, readonly string[]>, database: DatabaseName): readonly string[] =>
  Object.hasOwn(of, database) ? of[database] : []

function databaseFacts(
  database: DatabaseName,
  tables: Tables | undefined,
  { rows, ids, macs, times }: Record<'rows' | 'ids' | 'macs' | 'times', Set<string>>,
): void {
  for (const table of tablesOf(OF_WORK, database))
    for (const row of listOf<RawRow>(tables?.[table])) {
      if (typeof row._uuid === 'string' && UUID.test(row._uuid))
        (isOfMachine(table, row) ? ids : rows).add(`${table} ${row._uuid}`)
      if (table === 'Interface') for (const mac of valuesOf(row.mac_in_use)) addWord(macs, mac)
    }
  for (const table of tablesOf(OF_MACHINE, database))
    for (const row of listOf<RawRow>(tables?.[table])) {
      if (typeof row._uuid === 'string' && UUID.test(row._uuid)) ids.add(`${table} ${row._uuid}`)
      addWord(times, timeOf(row.nb_cfg_timestamp))
      const systemId = (row.external_ids as Record<string, unknown> | undefined)?.['system-id']
      if (table === 'Open_vSwitch' && typeof systemId === 'string' && UUID.test(systemId))
        ids.add(`system-id ${systemId}`)
    }
}

const timeOf = (ms: unknown): string | undefined => {
  const isTime = typeof ms === 'number' && ms > 0 && ms < TIME_MS_MAX
  return isTime ? `nb_cfg_timestamp ${new Date(ms).toISOString()}` : undefined
}
/** The last that Date has. */
const TIME_MS_MAX = 8.64e15

const kernelOf = ({ boot, netns }: Partial<ProgramFacts>): string | undefined =>
  typeof boot === 'string' && typeof netns === 'string' && UUID.test(boot) && NAMESPACE.test(netns)
    ? `boot ${boot} ${netns}`
    : undefined
const NAMESPACE = /^net:\[\d{1,12}\]$/

/** The integration bridge and the tunnels are there before any work. */
const isOfMachine = (table: string, { name, type }: Partial<RawRow>): boolean =>
  name === 'br-int' ||
  type === 'geneve' ||
  (table === 'Port' && typeof name === 'string' && /^ovn-[0-9a-f]{6}-\d+$/.test(name))

function kernelFacts(
  facts: Partial<KernelFacts> | undefined,
  macs: Set<string>,
  physical: Set<string>,
): void {
  for (const { mac, kind } of listOf<Link>(facts?.links)) addWord(kind === undefined ? physical : macs, mac)
  const spaces = [...valuesOf(facts?.netns), ...valuesOf(facts?.netnsUnnamed)]
  for (const { mac } of spaces.flatMap(links => listOf<Link>(links))) addWord(macs, mac)
}

/**
 * Whether a MAC address looks drawn at random: locally administered, for one host, and without what hands write: small
 * numbers, doubled digits, steps of one size, words. Some that were drawn are taken for chosen; there are others.
 */
export function isDrawn(mac: string): boolean {
  if (!isMac(mac)) return false
  const bytes = mac.split(':').map(byte => Number.parseInt(byte, 16))
  const [first = 0, second = 0] = bytes
  if ((first & 0b11) !== 0b10) return false
  const plain = bytes.filter(byte => byte < 0x10 || byte >> 4 === (byte & 0xf)).length
  const steps = new Set(bytes.slice(1).map((byte, at) => byte - (bytes[at] ?? 0)))
  return plain < 2 && steps.size > 2 && new Set(bytes).size > 4 && !isWord(first, second, mac)
}

const isWord = (first: number, second: number, mac: string): boolean =>
  ((first << 8) | second) === 0xdead || /(be:ef|ca:fe|ba:be|fe:ed|f0:0d|c0:de|52:54:00)/.test(mac)

/** What texts show or dictate, in the words of `MachineFacts`: it says nothing about whose a machine is. */
export function dictatedFacts(texts: readonly string[]): Set<string> {
  const words = texts.flatMap(words => words.toLowerCase().match(/[0-9a-f:-]{17,36}/g) ?? [])
  return new Set(words.filter(word => isMac(word) || UUID.test(word)))
}
