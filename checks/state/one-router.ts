import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { addressesOf, jointsOf, routerOf } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { PortBinding } from '../../harness/ovsdb/tables.ts'
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
    saw: off
      ? text(`${off.name} has enabled = false`, `${off.name} 設定了 enabled = false`)
      : text(`the router of each: ${list(places).en}`, `各自所屬的 router：${list(places)['zh-TW']}`),
    where: `OVN_Northbound · Logical_Router · ${off ? 'enabled' : 'ports'}`,
    tryThis: off
      ? `sudo ovn-nbctl --columns=name,enabled list Logical_Router ${off.name}`
      : 'sudo ovn-nbctl show',
    ...(off && { cause: 'port-disabled' }),
  })
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
  const missing = joints.find(
    ({ port, peer }) =>
      !leadsTo(port.name, peer.name) || !leadsTo(peer.name, port.name) || isOld(rowOf(port.name), port),
  )
  if (joints.length > 0 && !missing) return
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
    ...(await northdIdle(lab)),
  })
}

/** The row of a router port bears its MAC and its networks as they were when it was made. */
const isOld = (row: PortBinding | undefined, { mac, networks }: { mac: string; networks: string[] }) => {
  const words = row?.mac.join(' ').toLowerCase().split(/\s+/) ?? []
  return words.length > 1 && ![mac.toLowerCase(), ...networks].every(word => words.includes(word))
}

const inWords = ({ logical_port, type, options, mac }: PortBinding) =>
  type === '' ? logical_port : `${logical_port} (${type}, peer ${quoted(options.peer)}, ${mac.join(' ')})`
