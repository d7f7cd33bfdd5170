import type { Proof } from '../../harness/judge/proof.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { endpointsOf, type Guest, type Subnet } from '../nouns/guest.ts'
import { addressAssigned, choosesFrom } from '../state/assigned.ts'
import { boundToItsChassis } from '../state/bound.ts'
import { portsCarriedSouth } from '../state/carried-south.ts'
import { hasDhcpOptions, refersToDhcpOptions } from '../state/dhcp-options.ts'
import { hasLink } from '../state/has-link.ts'
import { FAR_AWAY, hasRoute } from '../state/has-route.ts'
import { hasSwitchPort } from '../state/has-switch-port.ts'
import { holdsLease } from '../state/holds-lease.ts'
import { noDhcpServer } from '../state/no-dhcp-server.ts'
import { shareOneSwitch } from '../state/one-switch.ts'
import { pluggedIn } from '../state/plugged-in.ts'
import { offeredByOvn } from './offered.ts'
import { withinNode } from './through.ts'

/** An address of nobody (RFC 5737): it is reached by the router of a lease, if at all. */
const ELSEWHERE = '192.0.2.1'

/**
 * What a lesson says of two guests on one node that OVN gives their addresses: the sentences of `withinNode`, and of switches and
 * ports, about endpoints whose addresses are read where they are.
 */
export function leasing(subnet: Subnet, one: Guest, other: Guest) {
  const guests = [one, other]
  const about =
    (verb: (lab: Lab, own: Endpoint, all: [Endpoint, Endpoint]) => Promise<unknown>) =>
    (of: Guest): Proof =>
    async lab => {
      const all = (await endpointsOf(lab, guests)) as [Endpoint, Endpoint]
      return verb(lab, all[guests.indexOf(of)]!, all)
    }
  const withAll = (verb: (lab: Lab, all: [Endpoint, Endpoint]) => Promise<unknown>) => (): Proof =>
    about((lab, _, all) => verb(lab, all))(one)
  return {
    hasLink:
      (of: Guest): Proof =>
      lab =>
        hasLink(lab, of),
    hasOptions: (): Proof => lab => hasDhcpOptions(lab, subnet),
    hasSwitchPort: about(hasSwitchPort),
    sharesOneSwitch: withAll(shareOneSwitch),
    choosesAddresses: withAll((lab, all) => choosesFrom(lab, all, subnet)),
    assigned: about((lab, own, all) => addressAssigned(lab, own, all, subnet)),
    refersToOptions: about((lab, own, all) => refersToDhcpOptions(lab, own, all, subnet)),
    carriedSouth: withAll(portsCarriedSouth),
    pluggedIn: about(pluggedIn),
    bound: about(boundToItsChassis),
    offered: about(offeredByOvn),
    hasNoServer: withAll(noDhcpServer),
    holdsLease: about((lab, own, all) => holdsLease(lab, own, all, subnet)),
    usesRouter: about((lab, own) => hasRoute(lab, { ...own, gateway: subnet.router }, ELSEWHERE, FAR_AWAY)),
    reaches: (from: Guest, to: Guest): Proof =>
      about((lab, own, all) => withinNode(...all).reaches(own, all[guests.indexOf(to)]!)(lab))(from),
  }
}
