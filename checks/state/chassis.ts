import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Chassis } from '../../harness/ovsdb/tables.ts'
import { underlayAddress } from '../../harness/topology/topology.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { chassisSettings } from '../diagnosis/chassis-settings.ts'
import { controllerPaused, notConnected } from '../diagnosis/connection.ts'
import { mustAnswer, notRunning } from '../diagnosis/daemon.ts'
import { on } from '../nouns/phrases.ts'

/** What makes a node a chassis of its own, as the topology has it. */
interface ChassisPlan {
  node: string
  /** The address its tunnels end at. */
  encapIp: string
  /** The address of the southbound database, TCP port 6642. */
  central: string
}

/**
 * The node is registered in the southbound database under its own system-id, its daemons run and answer, and its
 * settings lead to that database and to its own Geneve address (ovn-controller(8), "CONFIGURATION"). Settings and the
 * connection are judged by themselves: after a wrong ovn-remote, or a cut, the old row stays, and looks fine.
 */
export async function isChassis(lab: Lab, node: string): Promise<void> {
  const { topology } = lab
  const encapIp = underlayAddress(topology, node)
  const plan = { node, encapIp, central: underlayAddress(topology, topology.central) }
  const broken =
    (await notRunning(lab, node, 'ovs-vswitchd')) ??
    (await notRunning(lab, node, 'ovn-controller')) ??
    (await chassisSettings(lab, plan)) ??
    (await notRegistered(lab, plan)) ??
    (await notConnected(lab, node)) ??
    (await withoutItsAddress(lab, plan))
  if (!broken) {
    await mustAnswer(lab, node, 'ovs-vswitchd')
    return mustAnswer(lab, node, 'ovn-controller')
  }
  throw new Unmet({
    expected: text(
      `${node} is a chassis of its own, with Geneve at ${encapIp}`,
      `${node} 是獨立的 chassis，以 ${encapIp} 收發 Geneve`,
    ),
    ...broken,
  })
}

async function notRegistered(lab: Lab, { node, encapIp }: ChassisPlan): Promise<BrokenLink | undefined> {
  const [{ openVSwitch }, { chassis, encaps }] = await Promise.all([lab.ovs(node), lab.southbound()])
  const own = chassis.find(row => row.name === openVSwitch.external_ids['system-id'])
  const ofOwn = encaps.filter(({ _uuid }) => own?.encaps.includes(_uuid))
  if (own && ofOwn.some(({ type, ip }) => type === 'geneve' && ip === encapIp)) return undefined
  const cut = own ? undefined : await notConnected(lab, node)
  if (cut) return cut
  // Each address is in the database once (ovn-sb(5), Encap; its index over type and ip).
  const taken = encaps.find(({ type, ip }) => type === 'geneve' && ip === encapIp)
  const holder = taken && chassis.find(row => row.encaps.includes(taken._uuid))
  if (holder && holder !== own)
    return {
      where: 'OVN_Southbound · Encap · ip',
      saw: text(
        `the chassis ${named(holder)} has Geneve at ${encapIp} already, and the database takes each address once, so ovn-controller of ${node} cannot register it`,
        `chassis ${named(holder)} 已經佔用了 ${encapIp} 的 Geneve，資料庫裡每個位址只能有一筆，所以 ${node} 的 ovn-controller 無法登記`,
      ),
      tryThis: 'sudo ovn-sbctl show',
      cause: 'encap-taken',
    }
  const seen = own ? ofOwn.map(({ type, ip }) => `${type} ${ip}`) : chassis.map(named)
  const words = seen.join(', ') || '(none)'
  const saw = own
    ? text(`its row has these encapsulations: ${words}`, `這個 chassis 的封裝是 ${words}`)
    : text(
        `no row named ${openVSwitch.external_ids['system-id'] ?? '(none)'}; the rows: ${words}`,
        `沒有名為 ${openVSwitch.external_ids['system-id'] ?? '(none)'} 的資料列；現有的資料列：${words}`,
      )
  const paused = await controllerPaused(lab, node, saw)
  if (paused) return paused
  return {
    where: `OVN_Southbound · ${own ? 'Encap · ip' : 'Chassis · name'}`,
    saw,
    tryThis: 'sudo ovn-sbctl show',
  }
}

const named = ({ name, hostname }: Pick<Chassis, 'name' | 'hostname'>) => `${name} (${hostname})`

/** Tunnels are to end at an address that no link of the node has. */
async function withoutItsAddress(lab: Lab, { node, encapIp }: ChassisPlan): Promise<BrokenLink | undefined> {
  const { links } = await lab.kernel(node)
  if (links.some(({ addresses }) => addresses.some(({ address }) => address === encapIp))) return undefined
  return {
    where: `${node} · ${encapIp}`,
    saw: text(`no interface of ${node} has ${encapIp}`, `${node} 上沒有任何介面有 ${encapIp} 這個位址`),
    tryThis: on(node, 'ip -br address'),
  }
}
