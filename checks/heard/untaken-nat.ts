import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { heldBy } from '../../harness/look/holding.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { USUAL_TTL } from '../nouns/kinds-sent.ts'
import { andThen } from '../nouns/phrases.ts'
import { conditionOf } from '../state/nat-limit.ts'
import type { Break } from './bracket.ts'
import type { Origin } from './origin.ts'

/**
 * The router took a packet for an address of NAT as far as its row has an address, and did not translate it: the row is not for
 * this packet, or the southbound database lacks the flow by which it would be. Undefined where neither is known.
 */
export async function natUntaken(
  lab: Lab,
  origin: Origin | undefined,
  { packet }: Pick<Break, 'packet'>,
): Promise<BrokenLink | undefined> {
  if (origin?.kind !== 'logical' || origin.row?.table !== 'NAT' || isTranslating(origin)) return undefined
  const { _uuid } = origin.row.row
  const northbound = await lab.northbound()
  const row = northbound.nats.find(one => one._uuid === _uuid)
  // Of one for SNAT alone the address is the router's own.
  if (row?.external_ip !== packet.destination || row.type === 'snat') return undefined
  const { external_ip, logical_ip } = row
  const saw = text(
    `the router did not give the ${packet.kind} for ${external_ip} to ${logical_ip}`,
    `router 沒有把給 ${external_ip} 的 ${packet.kind} 轉送到 ${logical_ip}`,
  )
  const limit = conditionOf(row, northbound, packet.source)
  if (limit) return { ...limit, saw: andThen(saw, limit.saw) }
  const asked = questionTo(northbound, row, packet.source)
  const seen = asked && (await unlessBlind(lab.logicalTraces([asked])))?.at(0)
  // Where a flow translates it, what it is given stands in the trace, whatever becomes of it afterwards.
  if (!asked || seen?.outputs?.length !== 0 || !seen.given || seen.given.includes(logical_ip))
    return undefined
  const lacks = text(
    `the row of NAT for it is in the northbound database, and the southbound database has no flow that does so`,
    `northbound 資料庫有這筆 NAT，但 southbound 資料庫沒有這樣轉換的 flow`,
  )
  return {
    where: 'OVN_Southbound · Logical_Flow',
    saw: andThen(saw, lacks),
    tryThis: `sudo ovn-sbctl lflow-list ${asked.datapath} | grep nat`,
  }
}

const isTranslating = (origin: Extract<Origin, { kind: 'logical' }>) => /nat$/.test(origin.flow.stage)

/** A ping that comes in to the router for the address of a row, as ovn-trace(8) is asked; by the port in whose subnet it is. */
function questionTo({ routers, routerPorts }: Northbound, { _uuid, external_ip }: Nat, source: string) {
  const router = routers.find(({ nat }) => nat.includes(_uuid))
  const port = heldBy(routerPorts, router).find(({ networks }) =>
    networks.some(network => isInPrefix(external_ip, network)),
  )
  if (!router || !port) return undefined
  return {
    datapath: router.name,
    flow: `inport == ${JSON.stringify(port.name)} && eth.dst == ${port.mac} && ip4.src == ${source} && ip4.dst == ${external_ip} && ip.ttl == ${USUAL_TTL} && icmp4.type == 8 && icmp4.code == 0`,
  }
}
