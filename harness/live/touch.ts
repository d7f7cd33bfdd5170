import type { DatabaseName } from '../core/rows.ts'
import type { KernelFacts, Request } from '../look/evidence.ts'
import type { KernelPart } from '../nodes/kernel-parts.ts'
import type { RowDelta } from '../ovsdb/store.ts'

/**
 * What is known to have changed on a node, as far as evidence depends on it. `links`: links, addresses, namespaces and
 * daemons. `packets`: routes, filters, parameters. `anything`: a program ran, or the node was lost, or is there again.
 */
export interface Touch {
  node: string
  of: DatabaseName | 'links' | 'packets' | 'anything'
  /** Of a database: absent where all of it may have. */
  tables?: ReadonlySet<string>
  /** Of Open_vSwitch: those that ports may be made of anew; absent as `tables`. */
  portTables?: ReadonlySet<string>
  /** Of links: only those of this namespace, which were there before and are there still, look otherwise. Empty: the node's own. */
  netns?: string
}

/** What a claim asked for: of a database, the tables it read; of a kernel, the parts. Absent where it may be all. */
export interface Asked {
  request: Request
  tables?: ReadonlySet<string>
}

/** Tables of Open_vSwitch that ovs-vswitchd makes its ports of. Of those that are links, the kernel tells by itself. */
const MADE_INTO_PORTS = new Set(['Bridge', 'Port', 'Interface'])
/** What ovs-vswitchd notes of a port that is as it was (ovs-vswitchd.conf.db(5), Interface). */
const NOTED = new Set(['admin_state', 'link_state', 'mac_in_use', 'ifindex', 'mtu', 'status', 'statistics'])

/** The tables of rows that ports may be made of anew: not those in which ovs-vswitchd itself has only noted something. */
export const portTables = (rows: RowDelta[]): ReadonlySet<string> =>
  new Set(
    rows
      .filter(({ before, after, columns }) => !before || !after || columns.some(one => !NOTED.has(one)))
      .map(({ table }) => table)
      .filter(table => MADE_INTO_PORTS.has(table)),
  )

/** Whether evidence that was asked for before the touch may be another one now. */
export function isTouched({ request, tables }: Asked, touch: Touch): boolean {
  const { node, of } = touch
  switch (request.look) {
    case 'database':
      return (
        request.node === node && (of === request.database || of === 'anything') && meet(tables, touch.tables)
      )
    case 'kernel':
      return (
        request.node === node &&
        (of === 'links' ||
          of === 'anything' ||
          (of === 'Open_vSwitch' && meet(tables, PORTS) && meet(MADE_INTO_PORTS, touch.portTables)))
      )
    case 'programs':
    case 'leases':
      return request.node === node && of !== 'OVN_Northbound' && of !== 'OVN_Southbound'
    default:
      // A packet may cross any node, and what OVN's central databases say becomes flows on all of them.
      return isProbe(request) || isCentral(of) || request.node === node
  }
}

const isCentral = (of: Touch['of']) => of === 'OVN_Northbound' || of === 'OVN_Southbound'

/** The part of KernelFacts in which the ports are. */
const PORTS = new Set<keyof KernelFacts>(['datapath'])

/** The part of a node's kernel facts that a touch of them is about; undefined where it may be any. */
export function partOf({ of, netns }: Touch): KernelPart | undefined {
  if (of === 'Open_vSwitch') return 'datapath'
  return of === 'links' && netns !== undefined ? `links of ${netns}` : undefined
}

/** Sets that have something in common; one that is absent is all there is. */
const meet = (some: ReadonlySet<string> | undefined, others: ReadonlySet<string> | undefined): boolean =>
  !some || !others || [...others].some(one => some.has(one))

/** It sends packets, and so is not made more often than once a second. */
export const isProbe = <R extends Request>(
  request: R,
): request is Extract<R, { look: 'traffic' | 'page' | 'dhcp' | 'arp-probe' }> =>
  ['traffic', 'page', 'dhcp', 'arp-probe'].includes(request.look)
