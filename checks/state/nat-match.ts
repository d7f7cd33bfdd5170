import { text } from '../../harness/core/text.ts'
import type { LogicalPacket } from '../../harness/look/evidence.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import { SOMEBODYS_MAC, somebodyIn } from '../nouns/somebody.ts'
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

/** A packet of each kind that people send: a row may be for one of them alone. */
const KINDS = {
  'a ping': 'icmp4.type == 8 && icmp4.code == 0',
  TCP: 'tcp.src == 30000 && tcp.dst == 8443 && tcp.flags == 2',
  UDP: 'udp.src == 30000 && udp.dst == 5353',
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
  const port = match === '' ? undefined : enteringPort(northbound, router, isInbound ? router : host)
  if (!port) return undefined
  const { external_ip, logical_ip } = row
  const asked = peers
    .map(peer => somebodyIn(peer, row._uuid))
    .flatMap(peer =>
      Object.entries(KINDS).map(([kind, head]) => {
        const [source, destination] = isInbound ? [peer, external_ip] : [host, peer]
        const flow = `inport == ${JSON.stringify(port.name)} && eth.src == ${SOMEBODYS_MAC} && eth.dst == ${port.mac} && ip4.src == ${source} && ip4.dst == ${destination} && ip.ttl == 64 && ${head}`
        return { kind, peer, packet: { datapath: port.router, flow } satisfies LogicalPacket }
      }),
    )
  const seen = await unlessBlind(lab.logicalTraces(asked.map(({ packet }) => packet)))
  const wanted = isInbound ? host : external_ip
  // What is not given to the host inside is the router's own, which drops it; what goes out may be dropped for other reasons.
  const at =
    seen?.findIndex(
      ({ outputs, given }) =>
        given?.includes(wanted) === false && (isInbound || (outputs !== undefined && outputs.length > 0)),
    ) ?? -1
  if (at < 0) return undefined
  const { kind, peer } = asked[at]!
  const [from, to] = isInbound ? [peer, external_ip] : [host, peer]
  return {
    column: 'match',
    saw: text(
      `because of its match (${match}), the row of NAT (${row.type}, external_ip ${external_ip}, logical_ip ${logical_ip}) does not translate ${kind} from ${from} to ${to}`,
      `因為設定了 match（${match}），這筆 NAT（${row.type}，external_ip ${external_ip}，logical_ip ${logical_ip}）不會轉換從 ${from} 到 ${to} 的 ${kind === 'a ping' ? 'ping' : kind}`,
    ),
  }
}

/** The port by which packets of an address come in to the router with another address. */
function enteringPort(northbound: Northbound, routerAddress: string, address: string) {
  for (const { router } of routersWith(northbound, routerAddress)) {
    const port = portOf(northbound, router, address)
    if (port) return { name: port.name, mac: port.mac, router: router.name }
  }
  return undefined
}
