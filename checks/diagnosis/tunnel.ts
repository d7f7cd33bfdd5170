import { type Text, text } from '../../harness/core/text.ts'
import { chassisSetting, type Plug } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { chassisName, geneveIpsOf, isOvns, tunnelPlugs, tunnelsTo } from '../../harness/look/tunnel-ports.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, on, quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'
import { settingAt, settingInWords } from './chassis-setting.ts'
import { notConnected } from './connection.ts'
import { notRunning } from './daemon.ts'
import { notInBridge } from './in-bridge.ts'
import { addressOnPort } from './underlay-bridge.ts'

/**
 * Why a node's tunnel to another one does not lead there, from what was meant to what was made of it: what both announce
 * (ovn-controller(8), ovn-encap-type and ovn-encap-ip), what the southbound database says of that, and the port that
 * ovn-controller made. Undefined where all of it agrees.
 */
export async function tunnelAstray(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const nodes = [peer, node]
  return (
    (await firstOf(nodes, each => strangeType(lab, each))) ??
    (await firstOf(nodes, each => strangeAddress(lab, each))) ??
    (await firstOf(nodes, each => addressOnPort(lab, each))) ??
    (await notAnnounced(lab, peer)) ??
    (await zonesApart(lab, node, peer)) ??
    (await notMade(lab, node, peer)) ??
    fromElsewhere(lab, node, peer)
  )
}

const listOf = (ovs: OvsDatabase, key: string): string[] =>
  (chassisSetting(ovs, key) ?? '')
    .split(',')
    .map(one => one.trim())
    .filter(Boolean)

/** A setting of a chassis that keeps others from sending to it, or it from sending. */
const setting = (
  node: string,
  ovs: OvsDatabase,
  key: string,
  cause: Cause | undefined,
  but: Text,
): BrokenLink => {
  const value = settingInWords(ovs, key)
  return {
    ...settingAt(node, ovs, key, cause),
    saw: text(`${value} on ${node}, but ${but.en}`, `${node} 的 ${value}，但${but['zh-TW']}`),
  }
}

/** OVN needs the room of Geneve's option for both ports' keys; a VXLAN has less of it, and both ends must agree. */
async function strangeType(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const ovs = await unlessBlind(lab.ovs(node))
  if (!ovs || listOf(ovs, 'ovn-encap-type').includes('geneve')) return undefined
  return setting(
    node,
    ovs,
    'ovn-encap-type',
    'encap-type',
    text('the other chassis send Geneve', '其他 chassis 送出的是 Geneve'),
  )
}

async function strangeAddress(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const [ovs, facts] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.kernel(node))])
  if (!ovs || !facts) return undefined
  const own = facts.links.flatMap(({ addresses }) => addresses.map(({ address }) => address))
  const strange = listOf(ovs, 'ovn-encap-ip').find(ip => !own.includes(ip))
  if (strange === undefined) return undefined
  return setting(
    node,
    ovs,
    'ovn-encap-ip',
    'encap-ip',
    text(`no interface there has ${strange}`, `那裡沒有任何介面有 ${strange} 這個位址`),
  )
}

const ZONES = 'ovn-transport-zones'

/** Chassis make tunnels within a transport zone alone; those of none, with others of none (ovn-controller(8), ovn-transport-zones). */
async function zonesApart(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const [ovs, peerOvs] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.ovs(peer))])
  if (!ovs || !peerOvs) return undefined
  const [own, others] = [listOf(ovs, ZONES), listOf(peerOvs, ZONES)]
  if (own.length + others.length === 0 || own.some(zone => others.includes(zone))) return undefined
  const [set, setOvs, unlike, unlikeOvs] =
    own.length > 0 ? [node, ovs, peer, peerOvs] : [peer, peerOvs, node, ovs]
  const has = quoted(chassisSetting(unlikeOvs, ZONES))
  return setting(
    set,
    setOvs,
    ZONES,
    undefined,
    text(
      `that of ${unlike} is ${has}: chassis of different transport zones make no tunnel`,
      ` ${unlike} 的是 ${has}：transport zone 不同的 chassis 之間不會建立 tunnel`,
    ),
  )
}

/** What the node announces has not come to the southbound database. */
async function notAnnounced(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const [ovs, southbound] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.southbound())])
  if (!ovs || !southbound) return undefined
  const [meant, announced] = [listOf(ovs, 'ovn-encap-ip'), geneveIpsOf(southbound, chassisName(ovs))]
  if (meant.every(ip => announced.includes(ip))) return undefined
  const [wanted, found] = [list(meant), list(announced)]
  return (
    (await notRunning(lab, node, 'ovn-controller')) ??
    (await unlessBlind(notConnected(lab, node))) ?? {
      where: 'OVN_Southbound · Encap · ip',
      saw: text(
        `${node} receives Geneve at ${wanted.en}; the southbound database says of its chassis ${quoted(chassisName(ovs))}: ${found.en}`,
        `${node} 以 ${wanted['zh-TW']} 收發 Geneve；southbound 資料庫對它的 chassis ${quoted(chassisName(ovs))} 寫的是：${found['zh-TW']}`,
      ),
      tryThis: 'sudo ovn-sbctl show',
    }
  )
}

/** The port itself: none, not of ovn-controller, not usable, or to another address. */
async function notMade(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const [ovs, peerOvs, southbound] = await Promise.all([
    lab.ovs(node),
    unlessBlind(lab.ovs(peer)),
    unlessBlind(lab.southbound()),
  ])
  const name = peerOvs && chassisName(peerOvs)
  if (!name || !southbound) return undefined
  const made = tunnelsTo(ovs, name)
  const unusable = await firstOf(made, plug => unlessBlind(notInBridge(lab, node, plug)))
  const byHand = tunnelPlugs(ovs).find(plug => !isOvns(plug))
  if (byHand && (made.length === 0 || unusable)) return inTheWay(node, byHand)
  if (unusable) return unusable
  const announced = geneveIpsOf(southbound, name)
  const [stray] = made.filter(({ iface }) => !announced.includes(iface.options.remote_ip ?? ''))
  if (made.length > 0 && !stray) return undefined
  const row = southbound.chassis.find(one => one.name === name)
  if (made.length === 0 && row?.other_config['is-remote'] === 'true') return ofAnotherZone(node, peer)
  const seen = stray
    ? text(
        `${stray.iface.name} leads to ${stray.iface.options.remote_ip}, and ${peer} receives Geneve at ${list(announced).en}`,
        `${stray.iface.name} 通往 ${stray.iface.options.remote_ip}，但 ${peer} 收發 Geneve 的位址是 ${list(announced)['zh-TW']}`,
      )
    : text(
        `ovn-controller of ${node} has created no tunnel to the chassis of ${peer}`,
        `${node} 的 ovn-controller 沒有建立通往 ${peer} 的 tunnel`,
      )
  return (
    (await notRunning(lab, node, 'ovn-controller')) ??
    (await unlessBlind(notConnected(lab, node))) ?? {
      where: `${node} · Open_vSwitch · Interface · options:remote_ip`,
      saw: seen,
      tryThis: on(node, 'sudo ovs-vsctl --columns=name,type,options find Interface type=geneve'),
    }
  )
}

/** The port itself sends from an address that the node does not announce, which ovn-controller has not written there. */
async function fromElsewhere(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const [ovs, peerOvs] = await Promise.all([lab.ovs(node), unlessBlind(lab.ovs(peer))])
  const own = listOf(ovs, 'ovn-encap-ip')
  const made = tunnelsTo(ovs, (peerOvs && chassisName(peerOvs)) ?? '')
  const strange = made.find(({ iface }) => !own.includes(iface.options.local_ip ?? own[0] ?? ''))
  if (!strange) return undefined
  const { name, options } = strange.iface
  return {
    where: `${node} · Open_vSwitch · Interface · options:local_ip`,
    saw: text(
      `${name} sends from ${options.local_ip}, and the address that ${node} announces is ${list(own).en}`,
      `${name} 從 ${options.local_ip} 送出，但 ${node} 公布的位址是 ${list(own)['zh-TW']}`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl --columns=name,type,options find Interface type=geneve'),
  }
}

/** Chassis of another zone of OVN interconnection get no tunnel, unless a node takes part in that (ovn-sb(5), is-remote). */
const ofAnotherZone = (node: string, peer: string): BrokenLink => ({
  where: 'OVN_Southbound · Chassis · other_config:is-remote',
  saw: text(
    `the chassis of ${peer} has is-remote = true, as if it were of another zone, so ${node} makes no tunnel to it`,
    `${peer} 的 chassis 寫著 is-remote = true，像是屬於另一個 zone，所以 ${node} 不會建立通往它的 tunnel`,
  ),
  tryThis: 'sudo ovn-sbctl --columns=hostname,other_config list Chassis',
})

/**
 * Another tunnel port of the node takes what comes from a peer: of several that fit a packet, Open vSwitch takes the one
 * whose options say most of it (ovs-vswitchd.conf.db(5), "Tunnel Options"). Addresses are those of the packet outside.
 */
export async function takenByAnother(
  lab: Lab,
  node: string,
  { source, destination }: { source: string; destination: string },
): Promise<BrokenLink | undefined> {
  const fits = (option: string | undefined, address: string) => [undefined, 'flow', address].includes(option)
  const another = tunnelPlugs(await lab.ovs(node)).find(
    plug =>
      !isOvns(plug) &&
      plug.iface.type === 'geneve' &&
      fits(plug.iface.options.remote_ip, source) &&
      fits(plug.iface.options.local_ip, destination),
  )
  return another && inTheWay(node, another)
}

const inTheWay = (node: string, { bridge, iface }: Plug): BrokenLink => ({
  where: `${node} · Open_vSwitch · Interface · ${iface.name}`,
  saw: text(
    `${iface.name} in ${bridge.name} is a tunnel (${iface.type}, remote_ip ${iface.options.remote_ip}) that OVN did not create, and it is in the way of OVN's own`,
    `${bridge.name} 裡的 ${iface.name} 是 tunnel（${iface.type}，remote_ip ${iface.options.remote_ip}），但不是 OVN 建立的，也擋住了 OVN 自己的 tunnel`,
  ),
  tryThis: on(node, 'sudo ovs-vsctl --columns=name,type,options,error list Interface'),
  cause: 'tunnel-by-hand',
})
