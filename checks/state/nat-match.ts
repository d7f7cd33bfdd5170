import { type Text, text } from '../../harness/core/text.ts'
import type { LogicalPacket } from '../../harness/look/evidence.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import { atRouter, KINDS_SENT } from '../nouns/kinds-sent.ts'
import { somebodyIn } from '../nouns/somebody.ts'
import { portOf } from './has-way-out.ts'
import type { LeftOut } from './nat-limit.ts'

/** What a row of NAT should translate: packets of a host, exchanged with machines of these prefixes, by the router with an address. */
interface Asked {
  router: string
  host: string
  peers: string[]
  /** What comes in for the host; else what it sends out. */
  isInbound?: boolean
}

/**
 * Of the packets that a row of NAT with a `match` (ovn-nb(5), NAT) should be for, one that it is not for: some, of several kinds, are traced
 * through the southbound database. Undefined where all that got out were translated, or nobody could trace them.
 */
export async function unmatched(
  lab: Lab,
  northbound: Northbound,
  row: Nat,
  { router, host, peers, isInbound = false }: Asked,
): Promise<LeftOut | undefined> {
  // Older releases have no such column.
  const { match = '' } = row as Partial<Nat>
  if (match === '') return undefined
  const { external_ip, logical_ip } = row
  const asked = await traced(lab, northbound, row, { router, host, peers, isInbound })
  const wanted = isInbound ? host : external_ip
  // What is not given to the host inside is the router's own, which drops it; what goes out may be dropped for other reasons.
  const left = asked.find(
    ({ seen: { outputs, given } }) =>
      given?.includes(wanted) === false && (isInbound || (outputs !== undefined && outputs.length > 0)),
  )
  if (!left) return undefined
  const { kind, from, to } = left
  return {
    column: 'match',
    saw: text(
      `because of its match (${match}), the row of NAT (${row.type}, external_ip ${external_ip}, logical_ip ${logical_ip}) does not translate ${kind} from ${from} to ${to}`,
      `因為設定了 match（${match}），這筆 NAT（${row.type}，external_ip ${external_ip}，logical_ip ${logical_ip}）不會轉換從 ${from} 到 ${to} 的 ${kind === 'a ping' ? 'ping' : kind}`,
    ),
  }
}

/** A packet of some kind that another row gives its own address, of those that a host sends out. */
export async function takenBy(
  lab: Lab,
  northbound: Northbound,
  row: Nat,
  asked: Omit<Asked, 'isInbound'>,
): Promise<Text | undefined> {
  const { external_ip, logical_ip, type } = row
  const taken = (await traced(lab, northbound, row, asked)).find(({ seen: { given } }) =>
    given?.includes(external_ip),
  )
  return (
    taken &&
    text(
      `another row of NAT (${type}, external_ip ${external_ip}, logical_ip ${logical_ip}) gives ${taken.kind} from ${taken.from} to ${taken.to} the address ${external_ip}`,
      `另一筆 NAT（${type}，external_ip ${external_ip}，logical_ip ${logical_ip}）會把從 ${taken.from} 到 ${taken.to} 的 ${taken.kind === 'a ping' ? 'ping' : taken.kind} 改成 ${external_ip}`,
    )
  )
}

/** A packet of each kind, to or from somebody of each of these prefixes, traced through the southbound database; none where nobody could. */
async function traced(
  lab: Lab,
  northbound: Northbound,
  row: Nat,
  { router, host, peers, isInbound = false }: Asked,
) {
  const port = enteringPort(northbound, router, isInbound ? router : host)
  if (!port) return []
  const asked = peers
    .map(peer => somebodyIn(peer, row._uuid))
    .flatMap(peer =>
      Object.entries(KINDS_SENT).map(([kind, head]) => {
        const [from, to] = isInbound ? [peer, row.external_ip] : [host, peer]
        const flow = atRouter(port, from, to, { head })
        return { kind, from, to, packet: { datapath: port.router, flow } satisfies LogicalPacket }
      }),
    )
  const traces = (await unlessBlind(lab.logicalTraces(asked.map(({ packet }) => packet)))) ?? []
  return traces.map((seen, at) => ({ ...asked[at]!, seen }))
}

/** The port by which packets of an address come in to the router with another address. */
function enteringPort(northbound: Northbound, routerAddress: string, address: string) {
  for (const { router } of routersWith(northbound, routerAddress)) {
    const port = portOf(northbound, router, address)
    if (port) return { name: port.name, mac: port.mac, router: router.name }
  }
  return undefined
}
