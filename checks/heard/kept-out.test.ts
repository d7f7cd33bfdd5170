import { expect, it } from 'vitest'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { type Edit, gatewayLab, ns1 } from '../testing/gateway-lab.ts'
import { told } from '../testing/told.ts'
import { keptOut } from './kept-out.ts'
import { rowInWords } from './origin.ts'

const PEER = '192.168.100.101'
const route = {
  from: { ...ns1, address: PEER, logicalPort: 'other' },
  to: { ...ns1, logicalPort: 'ls0-ns1' },
} as unknown as Route
const packet: Wanted = { kind: 'echo-request', source: PEER, destination: ns1.address, token: '' }
const acl = (priority: number, match: string, action: string, tier = 0) => ({
  ...{ _uuid: `acl-${priority}`, direction: 'to-lport', name: [], priority, match, action, tier },
})
const drop = acl(1001, 'outport == @all && ip', 'drop')

/** ns1's port is in two groups: one drops, and one lets through what is told. */
async function of(
  rows: ReturnType<typeof acl>[],
  { members = ['192.168.100.7'], unparsed = [] as { match: string; why: string }[], isIn = true } = {},
) {
  const edit: Edit = ({ northbound, looks }) => {
    const own = northbound.Logical_Switch_Port.find(({ name }) => name === 'ls0-ns1')!._uuid
    Object.assign(northbound, {
      ACL: [drop, ...rows],
      Address_Set: [{ _uuid: 'set', name: 'as', addresses: members, external_ids: {} }],
      Port_Group: [
        { _uuid: 'all', name: 'all', ports: [own], acls: [drop._uuid], external_ids: {} },
        { _uuid: 'web', name: 'web', ports: isIn ? [own] : [], acls: [], external_ids: {} },
        { _uuid: 'of', name: 'of', ports: [own], acls: rows.map(({ _uuid }) => _uuid), external_ids: {} },
      ],
    })
    looks.unparsed = unparsed
  }
  const dropped: BrokenLink = {
    where: 'OVN_Northbound · ACL · match',
    saw: { en: 'it ends there', 'zh-TW': '到此為止' },
    row: rowInWords({ table: 'ACL', row: drop }),
    tryThis: '',
    cause: 'acl-drops',
  }
  return told(await keptOut(gatewayLab(edit), route, packet, dropped))
}

const IN_SET = 'outport == @web && ip4 && ip4.src == $as'

it('of ACLs before the one that drops, OVN cannot parse one', async () => {
  const why = "Syntax error at `=' expecting relational operator."
  const typed = acl(1002, 'ip4.src = 192.168.100.0/24', 'allow-related')
  const unparsed = [{ match: `reg0[7] == 1 && (${typed.match})`, why }]
  expect(await of([typed], { unparsed })).toBe(
    `OVN_Northbound · ACL · match: OVN cannot parse the match of ACL to-lport 1002 "ip4.src = 192.168.100.0/24" allow-related, so it lets nothing through (${why}); it ends there`,
  )
  expect(await of([{ ...typed, priority: 900 }], { unparsed })).toBe(
    'OVN_Northbound · ACL · match: it ends there',
  )
})

it('an address set that the sender is not in is named where it has one that nobody has', async () => {
  expect(await of([acl(1002, IN_SET, 'allow')])).toBe(
    `OVN_Northbound · Address_Set · addresses: ACL to-lport 1002 ${JSON.stringify(IN_SET)} allow would let it through, but ${PEER} is not in Address_Set as: 192.168.100.7; it ends there`,
  )
  expect(await of([acl(1002, IN_SET, 'allow')], { members: [ns1.address] })).toMatch(
    /^OVN_Northbound · ACL · match: it ends there; ACL .* is not in Address_Set as/,
  )
  expect(await of([acl(1, IN_SET, 'allow', -1)], { members: [`${PEER}/25`] })).toBe(
    'OVN_Northbound · ACL · match: it ends there',
  )
})

it('of a port that is in no group of an ACL, that is told beside', async () => {
  expect(await of([acl(1002, 'outport == @web && icmp4', 'allow')], { isIn: false })).toBe(
    'OVN_Northbound · ACL · match: it ends there; ACL to-lport 1002 "outport == @web && icmp4" allow would let it through, but ls0-ns1 is not in Port_Group web',
  )
})

it.each([
  ['is for another protocol as well', acl(1002, `${IN_SET} && tcp`, 'allow')],
  ['has more terms than are known', acl(1002, `${IN_SET} && ip.ttl == 64`, 'allow')],
  ['has alternatives', acl(1002, `ip4.src == $as || tcp`, 'allow')],
])('nothing is told of one that %s', async (_, row) => {
  expect(await of([row])).toBe('OVN_Northbound · ACL · match: it ends there')
})
