import type { Lab } from '../../harness/look/lab.ts'
import type { Acl } from '../../harness/ovsdb/tables.ts'
import { text } from '../../harness/say/text.ts'
import { linkOf } from '../endpoint.ts'
import { localnetPort } from '../localnet-port.ts'
import { sharedSwitch } from '../one-switch.ts'
import { on } from '../phrases.ts'
import { type Fields, meets, type Sets } from './acl-match.ts'
import { firstOf, type Path, portOf, type Suspect } from './path.ts'

/**
 * An ACL of the switch, or of a port group with a port of it, that drops or rejects the ping (ovn-nb(5), ACL).
 * Of all ACLs that meet a packet the one with the highest priority decides; where one that might meet it stands
 * before, nothing is claimed.
 */
export const aclDrops: Suspect = async (lab, path) => {
  const [acls, sets] = await Promise.all([aclsOn(lab, path), setsOf(lab)])
  if (acls.length === 0) return undefined
  const packets = await packetsOf(lab, path)
  let isReplyLetThrough = false
  return firstOf(packets, ({ name, hops }) => {
    if (name === 'echo reply' && isReplyLetThrough) return undefined
    return firstOf(hops, ({ direction, fields }) => {
      const decisive = acls.find(
        acl => acl.direction === direction && meets(acl.match, fields, sets) !== false,
      )
      if (!decisive || meets(decisive.match, fields, sets) === undefined) return undefined
      if (decisive.action === 'allow-related' && name === 'echo request') isReplyLetThrough = true
      if (!['drop', 'reject'].includes(decisive.action)) return undefined
      const words = `${direction} ${decisive.priority} ${JSON.stringify(decisive.match)} ${decisive.action}`
      return {
        where: 'controller · OVN_Northbound · ACL · match',
        saw: text(
          `the ACL ${words} meets the ${name} between ${path.from.netns} and ${path.address}`,
          `ACL ${words} 會擋掉 ${path.from.netns} 和 ${path.address} 之間的 ${name}`,
        ),
        tryThis: on('controller', 'sudo ovn-nbctl list ACL'),
        cause: 'acl-drops',
      }
    })
  })
}

/** By falling priority. */
async function aclsOn(lab: Lab, { endpoints }: Path): Promise<Acl[]> {
  const [shared, { acls, portGroups }] = await Promise.all([sharedSwitch(lab, endpoints), lab.northbound()])
  if (!shared) return []
  const { logicalSwitch } = shared
  const groups = portGroups.filter(({ ports }) => ports.some(uuid => logicalSwitch.ports.includes(uuid)))
  const uuids = new Set([logicalSwitch.acls, ...groups.map(group => group.acls)].flat())
  return acls.filter(({ _uuid }) => uuids.has(_uuid)).sort((one, other) => other.priority - one.priority)
}

/** Port groups and address sets by the names matches call them. */
async function setsOf(lab: Lab): Promise<Sets> {
  const { ports, portGroups, addressSets } = await lab.northbound()
  const namesIn = (uuids: string[]) =>
    ports.filter(({ _uuid }) => uuids.includes(_uuid)).map(({ name }) => JSON.stringify(name))
  return Object.fromEntries([
    ...portGroups.map(group => [`@${group.name}`, namesIn(group.ports)] as const),
    ...addressSets.map(({ name, addresses }) => [`$${name}`, addresses] as const),
  ])
}

interface Packet {
  name: 'ARP request' | 'ARP reply' | 'echo request' | 'echo reply'
  /** Where ACLs meet it. Between two nodes it passes the localnet port, out of one and in to the other. */
  hops: { direction: string; fields: Fields }[]
}

async function packetsOf(lab: Lab, path: Path): Promise<Packet[]> {
  const outside = (await localnetPort(lab, path.endpoints))?.name ?? ''
  const [here, there] = [await sideOf(lab, path, path.from.address), await sideOf(lab, path, path.address)]
  const asks = path.to ? [here, there] : [here, { ...there, port: outside }]
  const packet = (name: Packet['name'], [from, to]: Side[], more: Fields): Packet => {
    const fields = { ...COMMON, 'eth.src': from!.mac, ...(to!.mac && { 'eth.dst': to!.mac }), ...more }
    const crossing = [
      [from!.port, outside],
      [outside, to!.port],
    ].filter(([inport, outport]) => inport !== outport)
    return {
      name,
      hops: crossing.flatMap(([inport, outport]) => [
        { direction: 'from-lport', fields: { ...fields, inport: inport! } },
        { direction: 'to-lport', fields: { ...fields, inport: inport!, outport: outport! } },
      ]),
    }
  }
  const ip = ([from, to]: Side[], type: number): Fields => ({
    ...ICMP,
    'ip4.src': from!.address,
    'ip4.dst': to!.address,
    'icmp.type': type,
    'icmp4.type': type,
  })
  const back = [...asks].reverse()
  return [
    packet('ARP request', asks, { ...ARP, 'eth.dst': 'ff:ff:ff:ff:ff:ff', 'arp.op': 1 }),
    packet('ARP reply', back, { ...ARP, 'arp.op': 2 }),
    packet('echo request', asks, ip(asks, 8)),
    packet('echo reply', back, ip(back, 0)),
  ]
}

interface Side {
  port: string
  /** Empty for a machine that OVN does not know. */
  mac: string
  address: string
}

async function sideOf(lab: Lab, path: Path, address: string): Promise<Side> {
  const end = path.endpoints.find(endpoint => endpoint.address === address)
  const [port, link] = end ? await Promise.all([portOf(lab, path, end), linkOf(lab, end)]) : []
  return { port: port?.name ?? '', mac: link?.mac ?? '', address }
}

const COMMON: Fields = {
  ip6: false,
  tcp: false,
  udp: false,
  sctp: false,
  icmp6: false,
  'vlan.present': false,
}
const ARP: Fields = { arp: true, ip: false, ip4: false, icmp: false, icmp4: false, 'eth.type': 0x0806 }
const ICMP: Fields = {
  arp: false,
  ip: true,
  ip4: true,
  icmp: true,
  icmp4: true,
  'ip.proto': 1,
  'eth.type': 0x0800,
}
