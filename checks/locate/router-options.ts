import { text } from '../../harness/core/text.ts'
import { addressesOf, routersWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { firstOf } from '../nouns/first-of.ts'
import { ECHO_HEADS_BYTES, USUAL_BYTES } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { everyHopKnown } from '../state/every-hop-known.ts'
import { unmet } from './unmet.ts'

/** Options by which packets take another way than by a new row, or none (ovn-nb(5), Logical_Router and Logical_Router_Port). */
const FOR_ALL = ['chassis', 'redirect-type', 'reside-on-redirect-chassis', 'requested-chassis']
const FOR_LARGE = ['gateway_mtu', 'gateway_mtu_bypass']
const USUAL_LENGTH = USUAL_BYTES + ECHO_HEADS_BYTES
/** OVN adds an Ethernet header with a VLAN tag to it, and Open vSwitch has 16 bits for the sum (ovs-actions(7), check_pkt_larger). */
const GATEWAY_MTU_MAX = 0xffff - 18

/** What somebody has set of a router on the path, or of a port of it, where nothing else explains that packets end there. */
export async function setOnRouter(
  lab: Lab,
  { routed, outward }: Pick<Route, 'routed' | 'outward'>,
  { packet }: Pick<Break, 'packet'>,
): Promise<BrokenLink | undefined> {
  const northbound = await unlessBlind(lab.northbound())
  if (!northbound) return undefined
  const joints = [
    ...(outward ? routersWith(northbound, outward.outer.address) : []),
    ...(routed?.from.joints ?? []),
    ...(routed?.to?.joints ?? []),
  ]
  const rows = joints.flatMap(({ router, port }) => [
    { table: 'Logical_Router_Port', ...port },
    ...(router ? [{ table: 'Logical_Router', ...router }] : []),
  ])
  // What a router takes from one switch of OVN to another need be on no node of its own.
  const central = outward ? undefined : joints.find(({ port }) => port.gateway_chassis.length > 0)?.port
  if (central) return onOneChassis(central)
  for (const { table, name, options } of rows) {
    const length = packet.bytes === undefined ? USUAL_LENGTH : packet.bytes + ECHO_HEADS_BYTES
    const mtu = Number(options.gateway_mtu)
    const keys = mtu < length || mtu > GATEWAY_MTU_MAX ? [...FOR_LARGE, ...FOR_ALL] : FOR_ALL
    const key = keys.find(one => options[one] !== undefined)
    if (key === undefined) continue
    return {
      where: `OVN_Northbound · ${table} · options:${key}`,
      saw: text(
        `the packets do not leave OVN as they should, and ${name}, which is on their path, has ${key} = ${options[key]}; a new row does not have this option`,
        `封包沒有照應有的樣子離開 OVN，而路徑上的 ${name} 設定了 ${key} = ${options[key]}，新建立的資料列沒有這個設定`,
      ),
      tryThis: `sudo ovn-nbctl get ${table} ${name} options`,
    }
  }
  return undefined
}

const onOneChassis = ({ name }: { name: string }): BrokenLink => ({
  where: 'OVN_Northbound · Logical_Router_Port · gateway_chassis',
  saw: text(
    `the packets do not leave OVN as they should, and ${name}, which is on their path, has a gateway chassis: they cross the router only there`,
    `封包沒有照應有的樣子離開 OVN，而路徑上的 ${name} 設定了 gateway chassis：封包只能在那個節點上經過 router`,
  ),
  tryThis: `sudo ovn-nbctl lrp-get-gateway-chassis ${name}`,
})

/** Of several static routes that fit, some lead to nobody. */
export const oneOfSeveral = (
  lab: Lab,
  { from, routed, address }: Pick<Route, 'from' | 'routed' | 'address'>,
): Promise<BrokenLink | undefined> =>
  firstOf(routed?.from.joints ?? [], async ({ port }) => {
    const [router] = addressesOf(port)
    const way = { router: router ?? '', host: from.address, foreign: address }
    return unlessBlind(unmet(everyHopKnown(lab, way)))
  })
