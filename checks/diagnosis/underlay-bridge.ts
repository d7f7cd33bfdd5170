import { text } from '../../harness/core/text.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import { vlanApart } from './bridge-vlan.ts'
import type { BrokenLink } from './broken-link.ts'
import { waitsForFlows } from './flow-restore.ts'

/**
 * A node's own connections leave by an internal port of Open vSwitch where that has its address: why its bridge does not pass them
 * on to the link (`ovs-vswitchd.conf.db(5)`). Undefined where the device is none of Open vSwitch's.
 */
export async function keptInBridge(lab: Lab, node: string, device: string): Promise<BrokenLink | undefined> {
  const ovs = await unlessBlind(lab.ovs(node))
  const all = ovs ? plugs(ovs) : []
  const own = all.find(({ iface }) => iface.name === device)
  if (!own) return undefined
  const beside = all.filter(plug => plug.bridge.name === own.bridge.name && plug !== own)
  return (
    (await waitsForFlows(lab, node)) ?? vlanApart(node, beside, {}, all) ?? (await dropped(lab, node, own))
  )
}

/** A flow of that bridge which drops everything that the node itself sends (ovs-vswitchd(8), ofproto/trace). */
async function dropped(lab: Lab, node: string, { bridge, iface }: Plug): Promise<BrokenLink | undefined> {
  const link = (await unlessBlind(lab.kernel(node)))?.links.find(({ name }) => name === iface.name)
  const flow = link && `in_port=LOCAL,dl_src=${link.mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1`
  const [trace] = (flow && (await unlessBlind(lab.traces(node, [{ bridge: bridge.name, flow }])))) || []
  const step = trace?.datapathActions === 'drop' ? trace.steps.at(-1) : undefined
  if (!step || step.actions.includes('NORMAL')) return undefined
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
