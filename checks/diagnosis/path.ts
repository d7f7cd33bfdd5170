import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../endpoint.ts'
import { sharedSwitch } from '../one-switch.ts'
import type { BrokenLink } from './broken-link.ts'

/** The way packets are meant to take: all endpoints of the switch, and the link of each node to the physical network. */
export interface Way {
  endpoints: Endpoint[]
  link: string
}

/** The way of one ping: from an endpoint to another, or to an address that OVN does not know. */
export interface Path extends Way {
  from: Endpoint
  to: Endpoint | undefined
  address: string
}

/** Looks for one thing that breaks a path; undefined where the evidence does not show it to be broken there. */
export type Suspect = (lab: Lab, path: Path) => Promise<BrokenLink | undefined>

export const pathTo = (way: Way, from: Endpoint, address: string): Path => ({
  ...way,
  from,
  to: way.endpoints.find(endpoint => endpoint.address === address),
  address,
})

/** The ends of a path that are namespaces of the lab, the sender first. */
export const endsOf = ({ from, to }: Path): Endpoint[] => (to ? [from, to] : [from])

/** The nodes a path touches, the sender's first. */
export const nodesOf = (path: Path): string[] => [...new Set(endsOf(path).map(({ node }) => node))]

/** The logical port of an end, on the switch that all endpoints share. */
export async function portOf(
  lab: Lab,
  { endpoints }: Path,
  end: Endpoint,
): Promise<LogicalSwitchPort | undefined> {
  return (await sharedSwitch(lab, endpoints))?.ports[endpoints.indexOf(end)]
}

/** The first that something is found for, in order; each is asked only after those before it. */
export async function firstOf<T, R>(
  items: T[],
  find: (item: T) => Promise<R | undefined> | R | undefined,
): Promise<R | undefined> {
  for (const item of items) {
    const found = await find(item)
    if (found !== undefined) return found
  }
  return undefined
}
