import { Unmet } from '../../harness/core/errors.ts'
import { canonicalNetwork } from '../../harness/core/inet6.ts'
import { text } from '../../harness/core/text.ts'
import { heldBy, holdersOf } from '../../harness/look/holding.ts'
import { addressesOf, type Joint, jointsOf, routerOf } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouter, LogicalRouterPort, PortBinding } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { northdIdle } from '../diagnosis/northd.ts'
import { list, quoted } from '../nouns/phrases.ts'
import { daemonState } from './daemon-state.ts'

/** One logical router, which is enabled, has ports with all these addresses. */
export async function shareOneRouter(lab: Lab, gateways: string[]): Promise<void> {
  const { routers, routerPorts } = await lab.northbound()
  const holding = gateways.map(gateway =>
    routerPorts
      .filter(port => addressesOf(port).includes(gateway))
      .flatMap(port => routerOf(routers, port) ?? []),
  )
  const shared = (holding[0] ?? []).filter(router => holding.every(those => those.includes(router)))
  if (shared.some(({ enabled }) => enabled[0] !== false)) return
  const [off] = shared
  const places = gateways.map(
    (gateway, at) => `${gateway}: ${holding[at]!.map(({ name }) => name).join(', ') || '(none)'}`,
  )
  throw new Unmet({
    expected: text(
      `one Logical_Router, enabled, with ports that have ${list(gateways).en}`,
      `有 ${list(gateways)['zh-TW']} 的 port 屬於同一個 Logical_Router，而且它沒有被停用`,
    ),
    saw: text(`the router of each: ${list(places).en}`, `各自所屬的 router：${list(places)['zh-TW']}`),
    where: 'OVN_Northbound · Logical_Router · ports',
    tryThis: 'sudo ovn-nbctl show',
    ...disabledRouter(off),
  })
}

/** ovn-northd makes nothing of a router that is disabled, nor of its ports (ovn-nb(5), Logical_Router.enabled). */
function disabledRouter(router: LogicalRouter | undefined): BrokenLink | undefined {
  if (router?.enabled[0] !== false) return undefined
  return {
    where: 'OVN_Northbound · Logical_Router · enabled',
    saw: text(`${router.name} has enabled = false`, `${router.name} 設定了 enabled = false`),
    tryThis: `sudo ovn-nbctl --columns=name,enabled list Logical_Router ${router.name}`,
    cause: 'port-disabled',
  }
}

/** Port_Bindings of these types are the two sides of a joint (ovn-sb(5), Port_Binding.type). */
const JOINTS = ['patch', 'l3gateway']

/** ovn-northd has made a Port_Binding of both ports where a router that has such an address is joined to a switch, each the other's peer. */
export async function routerCarriedSouth(lab: Lab, gateways: string[]): Promise<void> {
  const [northbound, { bindings }] = await Promise.all([lab.northbound(), lab.southbound()])
  const joints = jointsOf(northbound, northbound.switches).filter(({ port }) =>
    addressesOf(port).some(address => gateways.includes(address)),
  )
  const rowOf = (name: string) => bindings.find(({ logical_port }) => logical_port === name)
  const leadsTo = (name: string, peer: string) => {
    const row = rowOf(name)
    return row !== undefined && JOINTS.includes(row.type) && row.options.peer === peer
  }
  const isJoined = ({ port, peer }: Joint) => leadsTo(port.name, peer.name) && leadsTo(peer.name, port.name)
  const missing = joints.find(
    one =>
      isOld(rowOf(one.port.name), one.port) ||
      // Of several ports of switches that name one port of a router, ovn-northd joins one to it.
      !(isJoined(one) || joints.some(other => other.port === one.port && isJoined(other))),
  )
  const thief = takenAway(northbound, joints, isJoined)
  if (joints.length > 0 && !missing && !thief) return
  const names = list(joints.flatMap(({ port, peer }) => [port.name, peer.name]))
  const northd = await daemonState(lab, await lab.central('OVN_Northbound'), 'ovn-northd')
  const seen = list(bindings.map(row => inWords(row)))
  throw new Unmet({
    expected: text(
      `Port_Bindings for ${names.en}, of type patch, each the peer of the other`,
      `有 ${names['zh-TW']} 的 Port_Binding，type 是 patch，兩兩互為 peer`,
    ),
    saw: text(
      `Port_Bindings: ${seen.en}; ${northd.en}`,
      `現有的 Port_Binding：${seen['zh-TW']}；${northd['zh-TW']}`,
    ),
    where: 'OVN_Southbound · Port_Binding · options:peer',
    tryThis: 'sudo ovn-sbctl --columns=logical_port,type,options,mac list Port_Binding',
    ...(thief ??
      disabledRouter(missing?.router) ??
      (missing && toAnotherRouter(missing.port)) ??
      (await northdIdle(lab))),
  })
}

/**
 * A port of a router is joined to one switch, and another switch has a port that names it too and needs it more: the first one
 * has no ports but those to routers, or is joined to the same router already. Which of the two ovn-northd takes is left open.
 */
function takenAway(
  { switches, ports }: Northbound,
  joints: Joint[],
  isJoined: (one: Joint) => boolean,
): BrokenLink | undefined {
  const holderOf = ({ peer }: Joint) => holdersOf(switches, peer)[0]
  const isNeeded = (one: Joint) => {
    const holder = holderOf(one)
    const others = heldBy(ports, holder).filter(({ type }) => type !== 'router')
    const already = joints.some(
      other => other.port !== one.port && other.router === one.router && holderOf(other) === holder,
    )
    return others.length > 0 && !already
  }
  for (const taken of joints.filter(isJoined)) {
    const meant = joints.find(one => one.port === taken.port && one !== taken && isNeeded(one))
    if (!meant || isNeeded(taken)) continue
    const [own, name, other] = [taken.peer.name, taken.port.name, meant.peer.name]
    return {
      where: 'OVN_Northbound · Logical_Switch_Port · options:router-port',
      saw: text(
        `${own} of ${holderOf(taken)?.name ?? '(none)'} and ${other} of ${holderOf(meant)?.name ?? '(none)'} both have router-port = ${quoted(name)}; a router port leads to one switch, and OVN has joined it to ${own}`,
        `${holderOf(taken)?.name ?? '(none)'} 的 ${own} 和 ${holderOf(meant)?.name ?? '(none)'} 的 ${other} 的 router-port 都是 ${quoted(name)}；一個 router port 只會通往一個 switch，而 OVN 把它接到 ${own}`,
      ),
      row: `Logical_Switch_Port ${own}`,
      tryThis: `sudo ovn-nbctl --columns=name,options find Logical_Switch_Port options:router-port=${name}`,
    }
  }
  return undefined
}

/** A port of a router with a peer leads to another router's port, and to no switch (ovn-nb(5), Logical_Router_Port.peer). */
function toAnotherRouter({ name, peer: [peer] }: LogicalRouterPort): BrokenLink | undefined {
  if (peer === undefined) return undefined
  return {
    where: 'OVN_Northbound · Logical_Router_Port · peer',
    saw: text(
      `${name} has peer = ${quoted(peer)}, which is for a port that leads to another router; to a switch it leads without one`,
      `${name} 設定了 peer = ${quoted(peer)}，那是用來接另一個 router 的；接 switch 的 port 不設定 peer`,
    ),
    tryThis: `sudo ovn-nbctl --columns=name,peer list Logical_Router_Port ${name}`,
  }
}

/** The row of a router port bears its MAC and its networks as they were when it was made. */
const isOld = (row: PortBinding | undefined, { mac, networks }: { mac: string; networks: string[] }) => {
  const words = row?.mac.join(' ').split(/\s+/).map(canonicalNetwork) ?? []
  return words.length > 1 && ![mac, ...networks].every(word => words.includes(canonicalNetwork(word)))
}

const inWords = ({ logical_port, type, options, mac }: PortBinding) =>
  type === '' ? logical_port : `${logical_port} (${type}, peer ${quoted(options.peer)}, ${mac.join(' ')})`
