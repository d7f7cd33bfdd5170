import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import type { Route } from '../route/route.ts'
import { balancer } from './untranslated.ts'

/** What a flow gives a packet for a destination (ovs-actions(7), ct, nat). */
const GIVEN = /\bnat\(dst=([\d.]+)/

/**
 * A load balancer has the address of the host that is asked for one of its own: on its way the packet gets that of a backend. It may
 * even come out where the host is, by the MAC address that it keeps, and is not the host's any more (ovn-nb(5), Load_Balancer).
 */
export async function balancedAway(
  lab: Lab,
  { to, address, isTakenByOvn }: Pick<Route, 'to' | 'address' | 'isTakenByOvn'>,
  { steps }: TraceSeen,
  { packet: { destination } }: Break,
): Promise<BrokenLink | undefined> {
  // Who asks for the address of a load balancer means whoever is behind it.
  if (isTakenByOvn && !to) return undefined
  const given = steps
    .flatMap(({ actions }) => actions)
    .map(action => GIVEN.exec(action)?.[1])
    .find(address => address !== undefined && address !== destination)
  if (given === undefined || (to?.address ?? address) !== destination) return undefined
  const row = balancer(await lab.northbound(), destination, given)
  return row && { ...row, cause: 'load-balancer' }
}
