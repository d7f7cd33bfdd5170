import type { ArpFacts } from '../../harness/look/evidence.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import { exitsOf, type Route } from '../route/route.ts'
import { surelyDrops } from './unanswered.ts'

/** ovs-vswitchd forwards by itself (ovs-vswitchd.conf.db(5), Bridge.datapath_type). */
const USERSPACE = 'netdev'

/**
 * Whether the node's own stack answers who asks for an address that a link of it has. ovs-vswitchd of the userspace datapath reads
 * copies of the frames that a link of the node receives (packet(7)), so that the stack of the node hears them too, and answers by
 * this link for an address of any other one, unless told otherwise (ip-sysctl, arp_ignore, arp_filter, rp_filter). The kernel's
 * datapath takes the frames away. Asked is by an end of the path, whose frames come in by its own plug, or by the physical link.
 */
export async function stackAnswers(lab: Lab, route: Route, node: string, address: string): Promise<boolean> {
  const asker = askerFor(route, address)
  // Behind a router the address is not asked for, but the router itself is.
  if (!asker || route.routed?.to || route.outward) return false
  const [facts, ovs, arp] = await Promise.all([
    lab.kernel(node),
    lab.ovs(node),
    unlessBlind(lab.arp(node, undefined)),
  ])
  const enters = asker.node === node ? [asker.plug] : exitsOf(route, node)
  const hearing = plugs(ovs).filter(
    ({ bridge, iface }) =>
      bridge.datapath_type === USERSPACE &&
      iface.type === '' &&
      enters.includes(iface.name) &&
      facts.links.some(({ name, isUp }) => isUp && name === iface.name),
  )
  return hearing.some(({ iface }) => arp && answersBy(arp, iface.name, asker.address, address))
}

/** Who of the path asks for the address: the other end. */
const askerFor = ({ from, to, address }: Route, asked: string): End | undefined =>
  asked === address ? from : asked === from.address ? to : undefined

function answersBy(facts: ArpFacts, device: string, source: string, destination: string): boolean {
  const question: Wanted = { kind: 'arp-request', source, destination, token: '' }
  const answer: Wanted = { ...question, kind: 'arp-reply', source: destination, destination: source }
  return (
    facts.ignores?.[device] === 0 &&
    facts.judgesSources?.includes(device) === false &&
    !surelyDrops(facts, device, question, 'in') &&
    !surelyDrops(facts, device, answer, 'out')
  )
}
