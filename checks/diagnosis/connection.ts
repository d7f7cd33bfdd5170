import { type Text, text } from '../../harness/core/text.ts'
import {
  chassisSetting,
  chassisSettingKey,
  integrationBridgeName,
} from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, on, quoted } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { BrokenLink } from './broken-link.ts'
import { settingAt } from './chassis-setting.ts'
import { runsElsewhere } from './daemon.ts'
import { deadBeneath } from './dead-beneath.ts'
import { whatDrops } from './nft-verdict.ts'
import { hangsOnTheWay, isNotConnected, keptOnTheWay, remoteOf } from './on-the-way.ts'
import { encapAddressGone, underlayNeighbourAstray } from './underlay-address.ts'
import { underlayRefused, underlayRouteAstray } from './underlay-route.ts'
import { underlaySilent } from './underlay-silent.ts'

/**
 * ovn-controller runs, but says that it has no connection to the southbound database: what it made before may look fine.
 * It is asked twice, for one that has just been started is not connected yet.
 */
export async function notConnected(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const said = (await lab.kernel(node)).answers?.['ovn-controller']?.southbound
  if (said !== 'not connected') return undefined
  if ((await unlessBlind(lab.daemon(node, 'ovn-controller')))?.southbound === 'connected') return undefined
  const found =
    (await runsElsewhere(lab, node, 'ovn-controller', isNotConnected(node))) ??
    (await runsElsewhere(lab, await lab.central(), 'ovsdb-server', isNotConnected(node))) ??
    (await deadOnTheWay(lab, node)) ??
    (await filteredOnTheWay(lab, node)) ??
    (await keptOnTheWay(lab, node)) ??
    (await hangsOnTheWay(lab, node)) ??
    (await refusedOnTheWay(lab, node)) ??
    (await remoteElsewhere(lab, node)) ??
    (await unaddressedOnTheWay(lab, node))
  if (found) return found
  return {
    where: `${node} · ovn-controller`,
    saw: text(
      `ovn-controller runs on ${node}, but it is not connected to the southbound database`,
      `${node} 上的 ovn-controller 正在執行，但沒有連上 southbound 資料庫`,
    ),
    tryThis: on(node, 'sudo ovn-appctl -t ovn-controller connection-status'),
    cause: 'not-connected',
  }
}

/** A packet filter, of this node or of the one with the database, that keeps it from connecting (ovn-controller(8), ovn-remote). */
async function filteredOnTheWay(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const remote = await remoteOf(lab, node)
  if (!remote) return undefined
  const [, address = '', port] = remote
  const own = await unlessBlind(lab.stack(node, undefined, [{ to: address }]))
  const [route] = own?.routes ?? []
  const facts = await lab.kernel(node)
  const source = facts.links
    .find(({ name }) => name === route?.device)
    ?.addresses.find(({ family }) => family === 'inet')?.address
  if (!own || !route?.device || source === undefined) return undefined
  const central = await lab.central()
  const there = central === node ? own : await unlessBlind(lab.stack(central, undefined, [{ to: source }]))
  const device = there?.routes[0]?.device ?? route.device
  const asks: Wanted = { kind: 'tcp-request', source, destination: address, token: '', tcpPort: Number(port) }
  const told: Wanted = { ...asks, kind: 'tcp-reply', source: address, destination: source }
  const crossed = [
    { on: node, stack: own, packet: asks, device: route.device, way: 'out' as const },
    { on: central, stack: there, packet: asks, device, way: 'in' as const },
    { on: central, stack: there, packet: told, device, way: 'out' as const },
    { on: node, stack: own, packet: told, device: route.device, way: 'in' as const },
  ]
  for (const { on: at, stack, ...crossing } of crossed) {
    const rule = stack && whatDrops(stack.chains, crossing)
    if (!rule) continue
    return {
      where: `${at} · nftables`,
      saw: text(
        `ovn-controller of ${node} is not connected to the southbound database: a packet filter of ${at} is on its way to ${address}:${port} (${rule})`,
        `${node} 的 ovn-controller 沒有連上 southbound 資料庫：往 ${address}:${port} 的路上，${at} 有封包過濾規則（${rule}）`,
      ),
      tryThis: on(at, 'sudo nft list ruleset'),
      cause: 'not-connected',
    }
  }
  return undefined
}

/** A link by which this node, or the one with the database, is on the network between them, and which carries nothing. */
async function deadOnTheWay(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const central = await lab.central()
  const address = (await remoteOf(lab, node))?.[1]
  if (address === undefined || central === node) return undefined
  const found = await firstOf([node, central], at => deadBeneath(lab, at, address))
  return found && { ...found, saw: andThen(isNotConnected(node), found.saw) }
}

/** What this node, or the one with the database, has set that refuses packets to the other one or leads them elsewhere. */
async function refusedOnTheWay(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const central = await lab.central()
  if (central === node) return undefined
  const ways = [
    { from: node, to: central },
    { from: central, to: node },
  ]
  const found =
    (await firstOf(ways, ({ from, to }) => underlayRefused(lab, from, to))) ??
    (await firstOf(ways, ({ from, to }) => underlayRouteAstray(lab, from, to)))
  return found && { cause: 'not-connected', ...found, saw: andThen(isNotConnected(node), found.saw) }
}

/** An underlay address that this node, or the one with the database, has no longer, or has a wrong MAC address for. */
async function unaddressedOnTheWay(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const central = await lab.central()
  if (central === node) return undefined
  const found =
    (await firstOf([node, central], end => encapAddressGone(lab, end))) ??
    // A link without ARP has such entries for everybody.
    (await underlaySilent(lab, node, central)) ??
    (await underlaySilent(lab, central, node)) ??
    (await underlayNeighbourAstray(lab, node, central)) ??
    (await underlayNeighbourAstray(lab, central, node))
  return found && { cause: 'not-connected', ...found, saw: andThen(isNotConnected(node), found.saw) }
}

/** Another node is connected, over the network, to somewhere else than this one tries to connect to. */
async function remoteElsewhere(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const ovs = await lab.ovs(node)
  const own = chassisSetting(ovs, 'ovn-remote')
  for (const other of lab.nodes.filter(name => name !== node)) {
    const facts = await unlessBlind(lab.kernel(other))
    if (facts?.answers?.['ovn-controller']?.southbound !== 'connected') continue
    const their = await unlessBlind(lab.ovs(other))
    const theirs = their && chassisSetting(their, 'ovn-remote')
    if (!theirs || theirs === own || !/^(tcp|ssl):(?!127\.)/.test(theirs)) continue
    const key = chassisSettingKey(ovs, 'ovn-remote')
    return {
      ...settingAt(node, ovs, 'ovn-remote', 'remote-elsewhere'),
      saw: text(
        `ovn-controller of ${node} is not connected: its ${key} = ${quoted(own)}, while that of ${other}, which is connected, is ${quoted(theirs)}`,
        `${node} 的 ovn-controller 沒有連上：它的 ${key} = ${quoted(own)}，而已經連上的 ${other} 用的是 ${quoted(theirs)}`,
      ),
    }
  }
  return undefined
}

/** ovn-controller says itself that it does nothing at present (`debug/pause`); `saw`: what it has left undone. */
export async function controllerPaused(lab: Lab, node: string, saw?: Text): Promise<BrokenLink | undefined> {
  if ((await unlessBlind(lab.daemon(node, 'ovn-controller')))?.status !== 'paused') return undefined
  return {
    where: `${node} · ovn-controller`,
    saw: andThen(
      text(
        `ovn-controller of ${node} was paused (debug/pause), so it does nothing`,
        `${node} 的 ovn-controller 被暫停了（debug/pause），什麼都不做`,
      ),
      saw,
    ),
    tryThis: on(node, 'sudo ovn-appctl -t ovn-controller debug/status'),
    cause: 'daemon-paused',
  }
}

/** What ovn-controller speaks to its bridge, and nothing else (ovn-controller(8)). */
const SPOKEN = 'OpenFlow15'

/**
 * ovn-controller was told to look for its bridge elsewhere (ovn-controller(8), ovn-bridge-remote), or the bridge to speak only
 * versions of OpenFlow that ovn-controller does not.
 */
export async function refusesOpenFlow(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const ovs = await lab.ovs(node)
  const name = integrationBridgeName(ovs)
  const [key, remote] = [
    chassisSettingKey(ovs, 'ovn-bridge-remote'),
    chassisSetting(ovs, 'ovn-bridge-remote'),
  ]
  const own = ovs.bridges.find(bridge => bridge.name === name)
  // A controller of the bridge may be one that waits for connections there (ovs-vsctl(8), ptcp).
  const isServed = !remote?.startsWith('unix:') && (own?.controller?.length ?? 0) > 0
  if (remote !== undefined && !remote.endsWith(`/${name}.mgmt`) && !isServed)
    return {
      ...settingAt(node, ovs, 'ovn-bridge-remote'),
      saw: text(
        `${key} = ${quoted(remote)}, so ovn-controller looks for ${name} there, not at the socket ${name}.mgmt, where Open vSwitch waits for it`,
        `${key} = ${quoted(remote)}，ovn-controller 因此到那裡找 ${name}，而不是 Open vSwitch 等著它的 socket ${name}.mgmt`,
      ),
    }
  const sockets = (await unlessBlind(lab.daemon(node, 'ovn-controller')))?.bridgeSockets ?? []
  // Those of other bridges are there, so the folder is the one where Open vSwitch puts them.
  if (own && remote === undefined && sockets.length > 0 && !sockets.includes(`${name}.mgmt`))
    return {
      where: `${node} · ${name}.mgmt`,
      saw: text(
        `the socket ${name}.mgmt, by which ovn-controller programs ${name}, is gone from /run/openvswitch on ${node}; the sockets of other bridges are still there`,
        `${node} 的 /run/openvswitch 裡沒有 ${name}.mgmt，ovn-controller 要靠這個 socket 設定 ${name}；其他 bridge 的 socket 都還在`,
      ),
      tryThis: on(node, 'sudo ls -l /run/openvswitch; sudo tail /var/log/ovn/ovn-controller.log'),
      cause: 'socket-gone',
    }
  const spoken = own?.protocols ?? []
  if (spoken.length === 0 || spoken.includes(SPOKEN)) return undefined
  const versions = quoted(spoken.join(','))
  return {
    where: `${node} · Open_vSwitch · Bridge · protocols`,
    saw: text(
      `protocols of ${name} = ${versions}, but ovn-controller uses only ${SPOKEN}`,
      `${name} 的 protocols = ${versions}，但 ovn-controller 只用 ${SPOKEN}`,
    ),
    tryThis: on(node, `sudo ovs-vsctl get Bridge ${name} protocols`),
    cause: 'openflow-version',
  }
}
