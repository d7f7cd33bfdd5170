import { text } from '../../harness/core/text.ts'
import type { Joint } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { quoted } from '../nouns/phrases.ts'
import { endOf } from './end.ts'
import { type Routed, routedBetween } from './routed.ts'

/**
 * What binds a router on a path to one chassis, so that packets between any two nodes, or on one node, have to cross that one
 * (ovn-nb(5), Logical_Router, options:chassis; Logical_Router_Port, gateway_chassis and ha_chassis_group). Undefined where each
 * node does the work of the routers itself.
 */
export function onOneChassis({ from, to }: Routed): BrokenLink | undefined {
  return centralOf([...from.joints, ...(to?.joints ?? [])])
}

/** The same of these routers and their ports. */
export function centralOf(joints: Pick<Joint, 'port' | 'router'>[]): BrokenLink | undefined {
  const router = joints.find(joint => joint.router?.options.chassis !== undefined)?.router
  if (router)
    return {
      where: 'OVN_Northbound · Logical_Router · options:chassis',
      saw: text(
        `${router.name} has options:chassis = ${quoted(router.options.chassis)}: all packets cross the router on that chassis alone`,
        `${router.name} 的 options:chassis = ${quoted(router.options.chassis)}：所有封包都只能在那個 chassis 上經過 router`,
      ),
      tryThis: `sudo ovn-nbctl get Logical_Router ${router.name} options`,
    }
  const port = joints.map(joint => joint.port).find(isOnChassis)
  return port && ofPort(port)
}

const isOnChassis = ({ gateway_chassis, ha_chassis_group }: Joint['port']) =>
  gateway_chassis.length + ha_chassis_group.length > 0

const ofPort = ({ name, gateway_chassis }: Joint['port']): BrokenLink => {
  const column = gateway_chassis.length > 0 ? 'gateway_chassis' : 'ha_chassis_group'
  return {
    where: `OVN_Northbound · Logical_Router_Port · ${column}`,
    saw: text(
      `${name} has a ${column}: packets cross the router there on that chassis alone`,
      `${name} 設定了 ${column}：封包只能在那個 chassis 上經過 router 的這個 port`,
    ),
    tryThis: `sudo ovn-nbctl --columns=name,${column} list Logical_Router_Port ${name}`,
  }
}

/** The same of the path between two endpoints. */
export async function routedOnOneChassis(
  lab: Lab,
  [one, other]: [Endpoint, Endpoint],
): Promise<BrokenLink | undefined> {
  const [from, to] = await Promise.all([endOf(lab, one), endOf(lab, other)])
  const routed = from && (await unlessBlind(routedBetween(lab, from, to)))
  return routed && onOneChassis(routed)
}
