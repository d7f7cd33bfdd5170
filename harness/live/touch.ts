import type { DatabaseName } from '../core/rows.ts'
import type { Request } from '../look/evidence.ts'

/**
 * What is known to have changed on a node, as far as evidence depends on it. `links`: links, addresses, namespaces and
 * daemons. `packets`: routes, filters, parameters. `anything`: a program ran, or the node was lost, or is there again.
 */
export interface Touch {
  node: string
  of: DatabaseName | 'links' | 'packets' | 'anything'
  /** Of a database: absent where all of it may have. */
  tables?: ReadonlySet<string>
  /** Of links: only those of this namespace, which were there before and are there still, look otherwise. Empty: the node's own. */
  netns?: string
}

/** What a claim asked for: of a database, the tables it read. */
export interface Asked {
  request: Request
  tables?: ReadonlySet<string>
}

/** Tables of Open_vSwitch that ovs-vswitchd makes its own ports and the kernel's links of. */
const MADE_INTO_LINKS = new Set(['Bridge', 'Port', 'Interface'])

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
          (of === 'Open_vSwitch' && meet(MADE_INTO_LINKS, touch.tables)))
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

/** Sets that have something in common; one that is absent is all there is. */
const meet = (some: ReadonlySet<string> | undefined, others: ReadonlySet<string> | undefined): boolean =>
  !some || !others || [...others].some(one => some.has(one))

/** It sends packets, and so is not made more often than once a second. */
export const isProbe = <R extends Request>(
  request: R,
): request is Extract<R, { look: 'traffic' | 'page' | 'dhcp' | 'arp-probe' }> =>
  ['traffic', 'page', 'dhcp', 'arp-probe'].includes(request.look)
