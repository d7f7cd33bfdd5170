import { text } from '../../harness/core/text.ts'
import {
  chassisSetting,
  chassisSettingKey,
  integrationBridgeName,
  type Plug,
  plugs,
} from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on, quoted } from '../nouns/phrases.ts'
import { flagged, NO_FLOW, noFlow, spanningTree } from './bridge-ports.ts'
import { vlanApart } from './bridge-vlan.ts'
import type { BrokenLink } from './broken-link.ts'
import { settingAt } from './chassis-setting.ts'
import { waitsForFlows } from './flow-restore.ts'

/**
 * A node's own connections leave by an internal port of Open vSwitch where that has its address: why its bridge does not pass them
 * on to the link (`ovs-vswitchd.conf.db(5)`). Undefined where the device is none of Open vSwitch's.
 */
export async function keptInBridge(lab: Lab, node: string, device: string): Promise<BrokenLink | undefined> {
  const { own, beside } = await portsAt(lab, node, device)
  return (await heldInBridge(lab, node, device)) ?? (own && leavesChecksums(lab, node, beside))
}

/** The same for packets whose checksums are none of the matter. */
export async function heldInBridge(lab: Lab, node: string, device: string): Promise<BrokenLink | undefined> {
  const { all, own, beside } = await portsAt(lab, node, device)
  if (!own) return undefined
  return (
    (await addressOnPort(lab, node)) ??
    (await waitsForFlows(lab, node)) ??
    takenByOvn(node, await lab.ovs(node), own) ??
    vlanApart(node, beside, {}, all) ??
    (await dropped(lab, node, own, beside))
  )
}

/** The same where its packets do get to the link, but in another VLAN than the device is in. */
export async function taggedInBridge(
  lab: Lab,
  node: string,
  device: string,
): Promise<BrokenLink | undefined> {
  const { all, own, beside } = await portsAt(lab, node, device)
  return own && vlanApart(node, beside, {}, all)
}

/** The port of Open vSwitch that a device is, and what is in its bridge beside it. */
async function portsAt(lab: Lab, node: string, device: string) {
  const ovs = await unlessBlind(lab.ovs(node))
  const all = ovs ? plugs(ovs) : []
  const own = all.find(({ iface }) => iface.name === device)
  return { all, own, beside: all.filter(plug => plug.bridge.name === own?.bridge.name && plug !== own) }
}

/**
 * What arrives at a port of a bridge of Open vSwitch is the bridge's: an address on the port itself, where configuration of the
 * system has put it back, gets none of it, and no tunnel of the userspace datapath begins there (Open vSwitch FAQ, "Configuration").
 */
export async function addressOnPort(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const [ovs, facts] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.kernel(node))])
  if (!ovs || !facts) return undefined
  const announced = (chassisSetting(ovs, 'ovn-encap-ip') ?? '').split(',').map(one => one.trim())
  const has = (name: string) =>
    facts.links
      .find(link => link.name === name)
      ?.addresses.map(({ address }) => address)
      .find(address => announced.includes(address))
  const all = plugs(ovs)
  const isServed = ({ bridge }: Plug) =>
    all.some(({ bridge: of, iface }) => of === bridge && iface.type === 'internal' && has(iface.name))
  const port = all.find(plug => plug.iface.type === '' && has(plug.iface.name) && !isServed(plug))
  if (!port) return undefined
  const { bridge, iface } = port
  return {
    where: `${node} · ${iface.name}`,
    saw: text(
      `${iface.name} on ${node} has the address ${has(iface.name)}, but it is a port of ${bridge.name}, which takes what arrives there: the address belongs on ${bridge.name}`,
      `${node} 的 ${iface.name} 有位址 ${has(iface.name)}，但它是 ${bridge.name} 的 port，收到的都歸 ${bridge.name}：這個位址應該設定在 ${bridge.name} 上`,
    ),
    tryThis: on(node, `ip -br address show ${iface.name}; sudo ovs-vsctl port-to-br ${iface.name}`),
  }
}

/**
 * A machine that sends by a veth pair leaves the checksums of TCP and UDP to whoever puts its frames on a wire. ovs-vswitchd reads
 * such frames as they are, unfinished, unless userspace-tso-enable lets it read what is left to do (ovs-vswitchd.conf.db(5)): the
 * receiver throws them away, while ICMP passes.
 */
async function leavesChecksums(lab: Lab, node: string, beside: Plug[]): Promise<BrokenLink | undefined> {
  const { openVSwitch } = await lab.ovs(node)
  const told = openVSwitch.other_config[TSO]
  if (told === 'true') return undefined
  const facts = await unlessBlind(lab.kernel(node))
  const veth = beside.find(
    ({ bridge, iface }) =>
      bridge.datapath_type === 'netdev' &&
      facts?.links.some(({ name, kind }) => name === iface.name && kind === 'veth'),
  )
  if (!veth) return undefined
  const words = told === undefined ? '(none)' : quoted(told)
  return {
    where: `${node} · Open_vSwitch · Open_vSwitch · other_config:${TSO}`,
    saw: text(
      `${TSO} of ${node} = ${words}, and ${veth.iface.name} in ${veth.bridge.name} is one end of a veth pair, by which TCP comes with unfinished checksums: ovs-vswitchd passes them on as they are, and the receiver drops them`,
      `${node} 的 ${TSO} = ${words}，而 ${veth.bridge.name} 裡的 ${veth.iface.name} 是 veth 的一端，從那裡來的 TCP 封包 checksum 還沒算完；ovs-vswitchd 原樣轉送，接收端就會丟棄`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl get Open_vSwitch . other_config   # read when ovs-vswitchd starts'),
  }
}

const TSO = 'userspace-tso-enable'

/** A flow or a port of that bridge which drops everything that the node itself sends (ovs-vswitchd(8), ofproto/trace). */
async function dropped(
  lab: Lab,
  node: string,
  { bridge, iface }: Plug,
  beside: Plug[],
): Promise<BrokenLink | undefined> {
  const link = (await unlessBlind(lab.kernel(node)))?.links.find(({ name }) => name === iface.name)
  const flow = link && `in_port=LOCAL,dl_src=${link.mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1`
  const [trace] = (flow && (await unlessBlind(lab.traces(node, [{ bridge: bridge.name, flow }])))) || []
  const step = trace?.datapathActions === 'drop' ? trace.steps.at(-1) : undefined
  if (!step) return undefined
  // It switches, and finds no port that it may put it out by.
  if (step.actions.includes('NORMAL')) return (await flagged(lab, node, beside)) ?? spanningTree(node, beside)
  if (step.flow === NO_FLOW) return noFlow(node, bridge)
  return {
    where: `${node} · ${bridge.name} · OpenFlow`,
    saw: text(
      `a flow on ${bridge.name} drops what ${node} itself sends: table ${step.table}: ${step.flow} actions=${step.actions.join(',')}`,
      `${bridge.name} 上有一條 flow 丟棄 ${node} 自己送出的封包：table ${step.table}: ${step.flow} actions=${step.actions.join(',')}`,
    ),
    tryThis: on(node, `sudo ovs-ofctl dump-flows ${bridge.name}`),
    cause: 'flow-by-hand',
  }
}

/** ovn-controller was told to program this very bridge (ovn-controller(8), ovn-bridge), which takes in nothing from an interface without iface-id then. */
function takenByOvn(node: string, ovs: OvsDatabase, { bridge, iface }: Plug): BrokenLink | undefined {
  const { name } = bridge
  if (name !== integrationBridgeName(ovs) || iface.external_ids['iface-id'] !== undefined) return undefined
  const key = chassisSettingKey(ovs, 'ovn-bridge')
  return {
    ...settingAt(node, ovs, 'ovn-bridge', 'integration-bridge'),
    saw: text(
      `${key} = ${quoted(name)} on ${node}, so ovn-controller programs ${name}, by which ${node} itself sends, and that bridge drops it`,
      `${node} 的 ${key} = ${quoted(name)}，ovn-controller 因此把 flow 設定到 ${name} 上；${node} 自己的封包也從那裡送出，在那裡被丟棄`,
    ),
  }
}
