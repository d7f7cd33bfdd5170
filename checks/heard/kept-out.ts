import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { aclsOf } from '../../harness/look/acls.ts'
import { switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Acl, AddressSet } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, list, quoted } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { rowInWords } from './origin.ts'

/** What OVN drops where no ACL decides (droppedByDefault). */
const BY_DEFAULT = /default_acl_drop$/

/**
 * Why a packet that ACLs drop was let through by none of those before (ovn-nb(5), ACL): OVN makes nothing of the match of one, or all of
 * one holds but that the packet's address is in its set, or its port in its group.
 */
export async function keptOut(
  lab: Lab,
  { from, to }: Pick<Route, 'from' | 'to'>,
  packet: Wanted,
  dropped: BrokenLink,
): Promise<BrokenLink> {
  const northbound = await lab.northbound()
  const dropping = northbound.acls.find(acl => inWords(acl) === dropped.row)
  if (!dropping && !BY_DEFAULT.test(dropped.where)) return dropped
  const [sender, receiver] = packet.source === from.address ? [from, to] : [to, from]
  const met = (['from-lport', 'to-lport'] as const).flatMap((direction, at) => {
    const port = [sender, receiver][at]?.logicalPort
    return switchesWith(northbound, port)
      .flatMap(one => aclsOf(northbound, one))
      .filter(acl => acl.direction === direction && acl.action.startsWith('allow'))
      .filter(acl => !dropping || (acl.direction === dropping.direction && isBefore(acl, dropping)))
      .map(acl => ({ acl, port }))
  })
  if (met.length === 0) return dropped
  const unparsed = (await unlessBlind(lab.unparsedMatches())) ?? []
  for (const { acl } of met) {
    const found = unparsed.find(({ match }) => match.includes(acl.match))
    if (found) return notParsed(acl, found.why, dropped)
  }
  const [only, ...others] = met.flatMap(({ acl, port }) => missedBy(northbound, acl, packet, port) ?? [])
  return only && others.length === 0 ? asMissed(northbound, only, dropped) : dropped
}

/** A lower tier goes first, and in one tier a higher priority. */
const isBefore = (one: Acl, other: Acl): boolean =>
  (one.tier ?? 0) === (other.tier ?? 0) ? one.priority >= other.priority : (one.tier ?? 0) < (other.tier ?? 0)

const inWords = (acl: Acl) => rowInWords({ table: 'ACL', row: { ...acl } })

const notParsed = (acl: Acl, why: string, dropped: BrokenLink): BrokenLink => {
  const words = inWords(acl)
  return {
    where: 'OVN_Northbound · ACL · match',
    saw: andThen(
      text(
        `OVN cannot parse the match of ${words}, so it lets nothing through (${why})`,
        `OVN 讀不懂 ${words} 的 match，所以它什麼都沒放行（${why}）`,
      ),
      dropped.saw,
    ),
    row: words,
    tryThis: `sudo ovn-nbctl get ACL ${acl._uuid} match`,
    cause: 'acl-drops',
  }
}

interface Missed {
  acl: Acl
  /** What the packet has, and where that is missing. */
  value: string
  set: { kind: 'Address_Set' | 'Port_Group'; name: string }
}

/** The one set or group that the packet would have to be in for an ACL to let it through; undefined where more is in its way, or nobody knows. */
function missedBy(
  northbound: Northbound,
  acl: Acl,
  packet: Wanted,
  port: string | undefined,
): Missed | undefined {
  if (/[|!()]/.test(acl.match)) return undefined
  const terms = acl.match.split('&&').map(term => term.trim())
  const unmet = terms.filter(term => holds(northbound, term, packet, port) !== true)
  const [term = ''] = unmet
  if (unmet.length !== 1 || holds(northbound, term, packet, port) === undefined) return undefined
  const [, field = '', name = ''] = /^(\S+)\s*==\s*[$@](\w+)$/.exec(term) ?? []
  const value = /port$/.test(field) ? port : addressIn(packet, field)
  if (value === undefined || name === '') return undefined
  return { acl, value, set: { kind: term.includes('@') ? 'Port_Group' : 'Address_Set', name } }
}

/** The address that a field of a match is about. */
const addressIn = ({ source, destination }: Wanted, field: string): string | undefined =>
  ({ src: source, dst: destination })[/^ip[46]\.(src|dst)$/.exec(field)?.[1] ?? '']

/** Whether one term of a match is so for a packet; undefined where that is not known of it. */
function holds(
  { addressSets, portGroups, ports }: Northbound,
  term: string,
  packet: Wanted,
  port: string | undefined,
): boolean | undefined {
  const isInet6 = packet.source.includes(':')
  const isTcp = packet.kind.startsWith('tcp')
  const protocols: Record<string, boolean> = {
    ip: true,
    ip4: !isInet6,
    ip6: isInet6,
    icmp: !isTcp,
    icmp4: !isTcp && !isInet6,
    icmp6: !isTcp && isInet6,
    tcp: isTcp,
    udp: false,
  }
  if (term in protocols) return protocols[term]
  const [, field = '', value = ''] = /^(\S+)\s*==\s*(\S+)$/.exec(term) ?? []
  if (/^(in|out)port$/.test(field)) {
    const own = ports.find(({ name }) => name === port)?._uuid
    const group = portGroups.find(({ name }) => `@${name}` === value)
    return value.startsWith('@')
      ? group && own !== undefined && group.ports.includes(own)
      : value === quoted(port)
  }
  const address = addressIn(packet, field)
  if (address === undefined) return undefined
  if (field.startsWith('ip6') !== isInet6) return false
  const set = addressSets.find(({ name }) => `$${name}` === value)
  if (value.startsWith('$')) return set && isIn(set, address)
  return /^[\d.:a-f/]+$/i.test(value) ? isWithin(address, value) : undefined
}

const isIn = ({ addresses }: AddressSet, address: string) => addresses.some(one => isWithin(address, one))

const isWithin = (address: string, prefix: string) => address === prefix || isInPrefix(address, prefix)

/** The set is told in the ACL's place where it holds an address that nobody in OVN has: it was meant to be another one. */
function asMissed(
  { ports, routerPorts, nats, addressSets }: Northbound,
  missed: Missed,
  dropped: BrokenLink,
) {
  const { acl, value, set } = missed
  const words = inWords(acl)
  const found = addressSets.find(({ name }) => set.kind === 'Address_Set' && name === set.name)
  const known = JSON.stringify([ports, routerPorts, nats].flat())
  const stray = found?.addresses.filter(
    one => !one.includes('/') && !new RegExp(`[" ]${one}[" /]`).test(known),
  )
  const members: Text = found
    ? text(`: ${list(found.addresses).en}`, `：${list(found.addresses)['zh-TW']}`)
    : text('', '')
  const saw = text(
    `${words} would let it through, but ${value} is not in ${set.kind} ${set.name}${members.en}`,
    `${words} 本來會放行，但 ${value} 不在 ${set.kind} ${set.name} 裡${members['zh-TW']}`,
  )
  const isMistyped = found && (found.addresses.length === 0 || (stray?.length ?? 0) > 0)
  return isMistyped
    ? {
        where: 'OVN_Northbound · Address_Set · addresses',
        saw: andThen(saw, dropped.saw),
        row: `Address_Set ${set.name}`,
        tryThis: `sudo ovn-nbctl get Address_Set ${set.name} addresses`,
        cause: 'acl-drops' as const,
      }
    : { ...dropped, saw: andThen(dropped.saw, saw) }
}
