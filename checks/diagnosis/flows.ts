import type { Flow } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { bridgeOf } from '../bridge-holds.ts'
import { integrationBridgeName } from '../integration-bridge.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'
import { firstOf, nodesOf, type Suspect } from './path.ts'
import { unlessBlind } from './unless-blind.ts'

const inWords = ({ table, priority, match, actions }: Flow) =>
  `${[`table=${table}`, `priority=${priority}`, match].filter(Boolean).join(',')} actions=${actions}`

const openFlow = (node: string, bridge: string, en: string, zhTW: string, cause: Cause): BrokenLink => ({
  where: `${node} · ${bridge} · OpenFlow`,
  saw: text(en, zhTW),
  tryThis: on(node, `sudo ovs-ofctl dump-flows ${bridge}`),
  cause,
})

/** The bridge of the physical network does not simply switch: its one flow is not the default one. */
export const physicalBridgeFlows: Suspect = (lab, path) =>
  firstOf(nodesOf(path), async node => {
    const bridge = await bridgeOf(lab, node, path.link)
    const flows = bridge && (await unlessBlind(lab.flows(node, bridge.name)))
    if (!flows) return undefined
    const isDefault = ({ table, match, actions }: Flow) => table === 0 && match === '' && actions === 'NORMAL'
    const others = flows.filter(flow => !isDefault(flow))
    if (others.length === 0 && flows.length > 0) return undefined
    if (flows.length === 0 && bridge.fail_mode[0] === 'secure')
      return {
        where: `${node} · Open_vSwitch · Bridge · fail_mode`,
        saw: text(
          `${bridge.name} has fail_mode = secure and no flows, so it drops everything`,
          `${bridge.name} 的 fail_mode = secure，又沒有任何 flow，所以丟棄所有封包`,
        ),
        tryThis: on(node, `sudo ovs-vsctl get-fail-mode ${bridge.name}`),
        cause: 'fail-mode-secure',
      }
    const [first] = others
    return openFlow(
      node,
      bridge.name,
      first
        ? `a flow made by hand on ${bridge.name}, which should only switch: ${inWords(first)}`
        : `${bridge.name} has no flow at all, so it drops everything`,
      first
        ? `${bridge.name} 應該只做一般的交換，卻有手動加入的 flow：${inWords(first)}`
        : `${bridge.name} 沒有任何 flow，所以丟掉所有封包`,
      'flow-by-hand',
    )
  })

/** A flow on the integration bridge that ovn-controller did not make. */
export const foreignFlows: Suspect = (lab, path) =>
  firstOf(nodesOf(path), async node => {
    const ovs = await lab.ovs(node)
    const bridge = integrationBridgeName(ovs)
    const flows = await unlessBlind(lab.flows(node, bridge))
    const isOvns = await ovnsFlow(lab, ovs)
    const foreign = flows?.find(flow => !isOvns(flow))
    if (!foreign) return undefined
    return openFlow(
      node,
      bridge,
      `a flow on ${bridge} that is not OVN's: ${inWords(foreign)}`,
      `${bridge} 上有一條不是 OVN 建立的 flow：${inWords(foreign)}`,
      'flow-by-hand',
    )
  })

const TUNNELS = ['geneve', 'vxlan', 'stt']

/**
 * Tells OVN's flows from others. Its flows bear in the cookie the first 32 bits of the southbound row they come from;
 * in table 0 that is a Port_Binding. Those without a row (cookie 0) are, in table 0, what comes out of a tunnel, and
 * elsewhere defaults (priority 0) or steps that match or fill OVN's own registers. A lone odd cookie in a later table is
 * left alone: its row may just have gone.
 */
async function ovnsFlow(lab: Lab, ovs: OvsDatabase): Promise<(flow: Flow) => boolean> {
  const { bindings } = await lab.southbound()
  const cookies = new Set(bindings.map(({ _uuid }) => _uuid.slice(0, 8).replace(/^0+(?=.)/, '')))
  const tunnelPorts = ovs.interfaces
    .filter(({ type }) => TUNNELS.includes(type))
    .flatMap(({ name, ofport }) => [name, ...ofport.map(String)])
  return ({ table, priority, cookie, match, actions }) => {
    if (priority === 0) return true
    if (table === 0)
      return (
        cookies.has(cookie) ||
        (cookie === '0' && tunnelPorts.some(port => hasField(match, `in_port=${port}`)))
      )
    if (cookie !== '0' || /\b(x*reg\d+|metadata|ct_\w+|tun_\w+)=|\+trk/.test(match)) return true
    return /\b(move|load|set_field):[^,]*REG\d/i.test(actions)
  }
}

const hasField = (match: string, field: string) => match.split(',').includes(field)
