import { Unmet } from '../../harness/core/errors.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { addressesOf, routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, list } from '../nouns/phrases.ts'
import { INTERNET, type LeftOut, leftOut } from './nat-limit.ts'
import { takenBy, unmatched } from './nat-match.ts'

/** What a router with an address is to translate: one host, to one of these addresses outside. */
interface Translation {
  router: string
  inside: Pick<Endpoint, 'address'>
  /** Any will do where it is absent. */
  external?: string[]
  /** The networks outside whose machines the row must be for. */
  peers?: string[]
  /** All of the Internet as well. */
  isForAll?: boolean
}

const TABLE = 'OVN_Northbound · NAT'
const NO_ROW = 'OVN_Northbound · Logical_Router · nat'

/** The rows of NAT that the router with an address has. */
const rowsOf = (northbound: Northbound, router: string): Nat[] => {
  const uuids = routersWith(northbound, router).flatMap(({ router: { nat } }) => nat)
  return northbound.nats.filter(({ _uuid }) => uuids.includes(_uuid))
}

/** A floating address is one machine's: such a row for a network is left out by ovn-northd ("bad ip for dnat" in its log). */
const translatesOut = (row: Nat) =>
  row.type === 'snat' || (row.type === 'dnat_and_snat' && lengthOf(row) === 32)
const translatesIn = ({ type }: Nat) => type === 'dnat' || type === 'dnat_and_snat'
const lengthOf = ({ logical_ip }: Nat) => Number(logical_ip.split('/')[1] ?? 32)

/** The address that a router gives to what a host sends out: of several rows the one for the fewest hosts (ovn-nb(5), NAT). */
export function translationOf(northbound: Northbound, router: string, host: string): Nat | undefined {
  return rowsFor(northbound, router, host).toSorted(
    (one, other) => lengthOf(other) - lengthOf(one) || conditions(one) - conditions(other),
  )[0]
}

const rowsFor = (northbound: Northbound, router: string, host: string) =>
  rowsOf(northbound, router).filter(row => translatesOut(row) && isInPrefix(host, row.logical_ip))

/** Of rows for as many hosts, one that is for all packets serves those that the others are not for. */
const conditions = (row: Partial<Nat>): number => (row.match ? 1 : 0) + (row.allowed_ext_ips?.length ?? 0)

/** Of whom a row should be for, somebody whom it leaves out. */
async function whomItLeavesOut(
  lab: Lab,
  northbound: Northbound,
  row: Nat,
  { router, inside, peers = [], isForAll = false }: Translation,
  isInbound: boolean,
): Promise<LeftOut | undefined> {
  const anybody = INTERNET[Number.parseInt(row._uuid.slice(0, 8), 16) % INTERNET.length]!
  return (
    leftOut(northbound, row, [...peers, ...(isForAll ? INTERNET : [])]) ??
    (await unmatched(lab, northbound, row, {
      router,
      host: inside.address,
      peers: [...peers, ...(isForAll ? [anybody] : [])],
      isInbound,
    }))
  )
}

/** What another row, for some packets alone, makes of them before the one for all (ovn-nb(5), NAT, match and priority). */
async function byAnotherRow(
  lab: Lab,
  northbound: Northbound,
  row: Nat,
  { router, inside: { address: host }, external, peers = [], isForAll = false }: Translation,
): Promise<Text | undefined> {
  const others = rowsOf(northbound, router).filter(
    one =>
      one !== row &&
      translatesOut(one) &&
      isInPrefix(host, one.logical_ip) &&
      external?.includes(one.external_ip) === false,
  )
  const asked = { router, host, peers: [...peers, ...(isForAll ? INTERNET.slice(0, 1) : [])] }
  return firstOf(others, other => takenBy(lab, northbound, other, asked))
}

/** The router gives packets that the host sends out to these peers one of the external addresses. */
export async function translatesSource(lab: Lab, translation: Translation): Promise<void> {
  const { router, inside, external } = translation
  const northbound = await lab.northbound()
  const host = inside.address
  const row = translationOf(northbound, router, host)
  const limit = row && (await whomItLeavesOut(lab, northbound, row, translation, false))
  const isMeant = row && (external === undefined || external.includes(row.external_ip))
  const few = isMeant && !limit ? fewPorts(row) : undefined
  const other = isMeant && !limit && !few ? await byAnotherRow(lab, northbound, row, translation) : undefined
  if (isMeant && !limit && !few && !other) return
  const own = rowsOf(northbound, router)
  const isFor = ({ logical_ip }: Nat) => isInPrefix(host, logical_ip)
  const untyped = own.find(one => isFor(one) && external?.[0] === one.external_ip)
  const rows = seenIn(own, northbound.nats)
  throw new Unmet({
    expected: text(
      `a row of NAT on the router with ${router} that gives packets of ${host} the address ${anyOf(external).en}`,
      `有 ${router} 的那個 router 上有一筆 NAT，會把 ${host} 送出的封包改成 ${anyOf(external)['zh-TW']}`,
    ),
    ...rows,
    ...(row && {
      saw:
        limit?.saw ??
        few ??
        other ??
        andThen(chosenFor(host, row, rowsFor(northbound, router, host).length > 1), rows.saw),
    }),
    where: row
      ? `${TABLE} · ${limit?.column ?? (few ? 'external_port_range' : 'external_ip')}`
      : own.some(one => translatesOut(one) && isReversed(one, host))
        ? `${TABLE} · external_ip`
        : untyped
          ? `${TABLE} · type`
          : own.some(one => one.type === 'snat')
            ? `${TABLE} · logical_ip`
            : NO_ROW,
    ...(own.some(one => isReversed(one, host)) && { cause: 'nat-reversed' as const }),
  })
}

/** A host has some dozens of connections at a time; with fewer ports than that the router turns away the next one. */
const PORTS_MIN = 64

/** What a row says that has fewer ports for what it translates (ovn-nb(5), NAT, external_port_range). */
function fewPorts({ external_port_range: range = '', external_ip }: Partial<Nat>): Text | undefined {
  const [first, last = first] = range.split('-').map(Number)
  if (!first || last === undefined || last - first + 1 >= PORTS_MIN) return undefined
  return text(
    `the row of NAT for ${external_ip} has the ports ${range} alone, so no more than ${last - first + 1} connections to the same server pass at a time`,
    `${external_ip} 那筆 NAT 只能用 ${range} 這些埠，同時連到同一台伺服器的連線最多 ${last - first + 1} 條`,
  )
}

const chosenFor = (host: string, { type, external_ip, logical_ip }: Nat, isOneOfSeveral: boolean): Text =>
  text(
    `packets of ${host} get ${external_ip}, by the row ${type} for ${logical_ip}${isOneOfSeveral ? ': of several, the one for the fewest hosts' : ''}`,
    `${host} 的封包會改成 ${external_ip}，依據的是 ${logical_ip} 那一筆 ${type}${isOneOfSeveral ? '：有好幾筆時，用範圍最小的' : ''}`,
  )

/** The router gives what is sent to the external address to the host, and does so on its gateway chassis. */
export async function translatesDestination(lab: Lab, translation: Translation): Promise<void> {
  const { router, inside, external = [] } = translation
  const northbound = await lab.northbound()
  const own = rowsOf(northbound, router)
  const host = inside.address
  const named = own.filter(({ external_ip }) => external.includes(external_ip))
  const rows = named.filter(row => translatesIn(row) && row.logical_ip.replace(/\/32$/, '') === host)
  const spread = rows.find(isDistributed)
  const limits = await Promise.all(rows.map(row => whomItLeavesOut(lab, northbound, row, translation, true)))
  const limit = limits.every(Boolean) ? limits[0] : undefined
  const itself = rows.length > 0 ? ownedByRouter(northbound, router, external) : undefined
  if (rows.length > 0 && !spread && !limit && !itself) return
  throw new Unmet({
    expected: text(
      `a row of NAT on the router with ${router} that gives packets for ${anyOf(external).en} to ${host}, on its gateway chassis`,
      `有 ${router} 的那個 router 上有一筆 NAT，在 gateway chassis 上把給 ${anyOf(external)['zh-TW']} 的封包送到 ${host}`,
    ),
    ...seenIn(own, northbound.nats),
    ...(limit && { saw: limit.saw }),
    ...itself,
    where: spread
      ? `${TABLE} · external_mac`
      : itself
        ? itself.where
        : limit
          ? `${TABLE} · ${limit.column}`
          : destinationPlace(own, named, host),
    ...(spread && distributed(spread)),
    ...(own.some(one => isReversed(one, host)) && { cause: 'nat-reversed' as const }),
  })
}

/** A router answers pings for the addresses of its own ports before it comes to NAT (ovn-northd(8), lr_in_ip_input). */
function ownedByRouter(northbound: Northbound, router: string, external: string[]): BrokenLink | undefined {
  const uuids = routersWith(northbound, router).flatMap(({ router: { ports } }) => ports)
  const port = northbound.routerPorts.find(
    one => uuids.includes(one._uuid) && addressesOf(one).some(own => external.includes(own)),
  )
  if (!port) return undefined
  const address = addressesOf(port).find(own => external.includes(own))!
  return {
    where: 'OVN_Northbound · Logical_Router_Port · networks',
    saw: text(
      `${port.name} has ${address} as an address of its own, so the router answers pings for it, and gives them to nobody`,
      `${port.name} 自己就有 ${address} 這個位址，所以 router 會自己回應給它的 ping，不會轉給任何人`,
    ),
    tryThis: `sudo ovn-nbctl --columns=name,networks list Logical_Router_Port ${port.name}`,
  }
}

function destinationPlace(own: Nat[], named: Nat[], host: string): string {
  if (named.some(translatesIn)) return `${TABLE} · logical_ip`
  if (named.some(({ logical_ip }) => logical_ip === host)) return `${TABLE} · type`
  return own.some(row => isReversed(row, host) || (translatesIn(row) && row.logical_ip === host))
    ? `${TABLE} · external_ip`
    : NO_ROW
}

/** With both columns it is the chassis of that port which answers for the address, and not the gateway chassis (ovn-nb(5), NAT). */
const isDistributed = ({ external_mac, logical_port }: Nat) =>
  external_mac.length > 0 && logical_port.length > 0

const distributed = ({ external_ip, external_mac, logical_port }: Nat): Pick<BrokenLink, 'saw'> => ({
  saw: text(
    `the row for ${external_ip} has external_mac ${external_mac[0]} and logical_port ${logical_port[0]}, so it is translated where that port is, not on the gateway chassis`,
    `${external_ip} 那一筆有 external_mac ${external_mac[0]} 和 logical_port ${logical_port[0]}，所以是在那個 port 所在的節點上轉換，不是在 gateway chassis 上`,
  ),
})

/** The address inside stands where the one outside should. */
const isReversed = ({ external_ip }: Nat, host: string) => external_ip === host

const anyOf = (external: string[] | undefined): Text =>
  external ? text(external.join(' or '), external.join(' 或 ')) : text('outside', '外部位址')

function seenIn(own: Nat[], all: Nat[]): Pick<BrokenLink, 'saw' | 'tryThis'> {
  const inWords = ({ type, external_ip, logical_ip }: Nat) =>
    `${type} external_ip ${external_ip} logical_ip ${logical_ip}`
  const others = all.filter(row => !own.includes(row))
  const [seen, more] = [list(own.map(inWords)), list(others.map(inWords))]
  return {
    saw:
      others.length === 0
        ? text(`its rows of NAT: ${seen.en}`, `它的 NAT：${seen['zh-TW']}`)
        : text(
            `its rows of NAT: ${seen.en}; of other routers: ${more.en}`,
            `它的 NAT：${seen['zh-TW']}；其他 router 的：${more['zh-TW']}`,
          ),
    tryThis: 'sudo ovn-nbctl list NAT',
  }
}
