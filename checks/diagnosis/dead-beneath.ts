import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Link } from '../../harness/look/kernel.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * The link by which a node is in the subnet of an address is down or leads nowhere, or, where that link stands upon others (a
 * bridge, a bond, a VLAN), all of those do. Undefined where one of them lives, and where the node is not in that subnet.
 */
export async function deadBeneath(lab: Lab, node: string, to: string): Promise<BrokenLink | undefined> {
  const [facts, ovs] = await Promise.all([unlessBlind(lab.kernel(node)), unlessBlind(lab.ovs(node))])
  const own = facts?.links.find(({ addresses }) =>
    addresses.some(one => one.family === 'inet' && isInPrefix(to, `${one.address}/${one.prefixLength}`)),
  )
  if (!facts || !own) return undefined
  const { links } = facts
  const all = ovs ? plugs(ovs) : []
  const bridge = all.find(({ iface }) => iface.name === own.name && iface.type === 'internal')?.bridge
  const isBeneath = (link: Link): boolean =>
    link.master === own.name ||
    (link.index === own.lowerIndex && own.peerNetnsId === undefined) ||
    all.some(plug => plug.bridge === bridge && plug.iface.type === '' && plug.iface.name === link.name)
  const beneath = links.filter(link => link !== own && isBeneath(link))
  const [dead] = (own.isUp && beneath.length > 0 ? beneath : [own]).every(isDead)
    ? [...(own.isUp ? beneath : []), own]
    : []
  if (!dead) return undefined
  const upon =
    dead === own
      ? { en: '', 'zh-TW': '' }
      : text(`, and nothing else leads out of ${own.name}`, `，而 ${own.name} 沒有別的出路`)
  const state = dead.isUp
    ? text('has no carrier (the other end is not connected)', '沒有 carrier（另一端沒有接上）')
    : text('is down', '沒有啟用（DOWN）')
  return {
    where: `${node} · ${dead.name}`,
    saw: text(
      `${dead.name} of ${node} ${state.en}${upon.en}`,
      `${node} 的 ${dead.name} ${state['zh-TW']}${upon['zh-TW']}`,
    ),
    tryThis: on(node, `ip link show ${dead.name}`),
    cause: 'underlay-down',
  }
}

const isDead = ({ isUp, hasCarrier }: Link): boolean => !isUp || !hasCarrier
