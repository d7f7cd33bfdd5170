import type { Lab } from '../../harness/look/lab.ts'
import { aclDrops } from './acl.ts'
import { addressTwice } from './address-twice.ts'
import type { BrokenLink } from './broken-link.ts'
import { madeAnew, queued, tooSmallMtu } from './cable.ts'
import { noCarrier } from './carrier.ts'
import { waitsForFlows } from './connection.ts'
import { foreignFlows, physicalBridgeFlows } from './flows.ts'
import { loadBalanced, routerHasAddress } from './logical-address.ts'
import { firstOf, type Path, type Suspect } from './path.ts'
import { localnetTag, portDisabled, portSecurity } from './port-columns.ts'
import { portFlagged, protectedApart, spanningTree } from './port-flags.ts'
import { stackOddity } from './stack.ts'
import { traceDies } from './trace.ts'
import { unlessBlind } from './unless-blind.ts'
import { vethDown } from './veth.ts'
import { vlanApart } from './vlan.ts'

/** From the cable into the bridge, through what was asked of OVN and what it made of it, to who else answers. */
const CHAIN: Suspect[] = [
  waitsForFlows,
  vethDown,
  madeAnew,
  noCarrier,
  tooSmallMtu,
  portDisabled,
  portSecurity,
  localnetTag,
  aclDrops,
  loadBalanced,
  vlanApart,
  physicalBridgeFlows,
  foreignFlows,
  portFlagged,
  protectedApart,
  routerHasAddress,
  addressTwice,
  stackOddity,
  queued,
  spanningTree,
  traceDies,
]

/** Who else answers for an address of the path, so that an answer proves nothing; undefined where nobody does. */
export const whoElseAnswers = (lab: Lab, path: Path): Promise<BrokenLink | undefined> =>
  firstBroken(lab, path, [loadBalanced, routerHasAddress, addressTwice])

/** The first link of a path that is broken, when its ping is not answered; undefined where nothing shows one. */
export const whyNotReached = (lab: Lab, path: Path): Promise<BrokenLink | undefined> =>
  firstBroken(lab, path, CHAIN)

/** The link that keeps an answered ping from the physical wire, or from being plain there. */
export const whyNotPlain = (lab: Lab, path: Path): Promise<BrokenLink | undefined> =>
  firstBroken(lab, path, [
    localnetTag,
    vlanApart,
    loadBalanced,
    routerHasAddress,
    addressTwice,
    physicalBridgeFlows,
    foreignFlows,
  ])

/** A suspect that cannot be looked at is passed over: that the path is broken is known without it. */
const firstBroken = (lab: Lab, path: Path, chain: Suspect[]) =>
  firstOf(chain, suspect => unlessBlind(suspect(lab, path)))
