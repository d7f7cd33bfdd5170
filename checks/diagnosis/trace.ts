import { text } from '../../harness/say/text.ts'
import { linkOf } from '../endpoint.ts'
import { plugs } from '../integration-bridge.ts'
import { on } from '../phrases.ts'
import { plugsOf } from '../plug-of.ts'
import { firstOf, type Path, type Suspect } from './path.ts'
import { unlessBlind } from './unless-blind.ts'

/** A MAC that no port of the switch has: what stands for a machine on the physical network. */
const SOMEBODY = '0e:00:00:00:00:01'

/** Where the databases agree and the packet still dies: the flow at which it does (ofproto/trace, which sends nothing). */
export const traceDies: Suspect = (lab, path) =>
  firstOf(entriesOf(path), async ({ node, enters, source, target }) => {
    const all = plugs(await lab.ovs(node))
    const names =
      enters === 'physical' ? [path.link] : (await plugsOf(lab, enters)).map(({ iface }) => iface.name)
    const entry = all.find(({ iface }) => names.includes(iface.name))
    const [port] = entry?.iface.ofport ?? []
    if (!entry || port === undefined || port < 0) return undefined
    const macOf = async (address: string) => {
      const end = path.endpoints.find(endpoint => endpoint.address === address)
      return (end && (await linkOf(lab, end))?.mac) ?? SOMEBODY
    }
    const packet = `in_port=${port},icmp,dl_src=${await macOf(source)},dl_dst=${await macOf(target)},nw_src=${source},nw_dst=${target},nw_ttl=64,icmp_type=8`
    const seen = await unlessBlind(lab.trace(node, entry.bridge.name, packet))
    const last = seen?.steps.at(-1)
    if (!seen || !last || seen.datapathActions !== 'drop') return undefined
    return {
      where: `${node} · ${last.bridge} · OpenFlow`,
      saw: text(
        `a packet from ${source} to ${target} that enters ${entry.bridge.name} by ${entry.iface.name} is dropped in ${last.bridge}, table ${last.table}: ${last.flow}`,
        `從 ${source} 到 ${target} 的封包由 ${entry.iface.name} 進入 ${entry.bridge.name} 後，在 ${last.bridge} 的 table ${last.table} 被丟棄：${last.flow}`,
      ),
      tryThis: on(node, `sudo ovs-appctl ofproto/trace ${entry.bridge.name} '${packet}'`),
    }
  })

/** Where a packet of the path enters a node: request and reply, out of a namespace and in from the physical network. */
const entriesOf = ({ from, to, address }: Path) => [
  { node: from.node, enters: from, source: from.address, target: address } as const,
  ...(to
    ? ([
        { node: to.node, enters: 'physical', source: from.address, target: address },
        { node: to.node, enters: to, source: address, target: from.address },
      ] as const)
    : []),
  { node: from.node, enters: 'physical', source: address, target: from.address } as const,
]
