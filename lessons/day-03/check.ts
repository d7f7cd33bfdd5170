import { autoconfiguring, eventually, type Guest, leasing, type Proofs } from '../../checks/index.ts'
import { machines } from '../_course/proofs.ts'

const ns1: Guest = { node: 'controller', netns: 'ns1' }
const ns2: Guest = { node: 'controller', netns: 'ns2' }
const lan = leasing({ cidr: '10.0.0.0/24', router: '10.0.0.1' }, ns1, ns2)
/** Of the extra stage. */
const inet6 = autoconfiguring('2001:db8:3::/64', ns1, ns2)

export default {
  ...machines,

  'ns1-link': lan.hasLink(ns1),
  'ns2-link': lan.hasLink(ns2),

  'dhcp-options': lan.hasOptions(),

  'port-ns1': lan.hasSwitchPort(ns1),
  'port-ns2': lan.hasSwitchPort(ns2),
  'one-switch': lan.sharesOneSwitch(),
  subnet: lan.choosesAddresses(),
  'assigned-ns1': eventually(lan.assigned(ns1)),
  'assigned-ns2': eventually(lan.assigned(ns2)),
  'options-ns1': lan.refersToOptions(ns1),
  'options-ns2': lan.refersToOptions(ns2),
  'southbound-ports': eventually(lan.carriedSouth()),

  'iface-ns1': eventually(lan.pluggedIn(ns1)),
  'iface-ns2': eventually(lan.pluggedIn(ns2)),
  'bound-ns1': eventually(lan.bound(ns1)),
  'bound-ns2': eventually(lan.bound(ns2)),

  'offer-ns1': eventually(lan.offered(ns1)),
  'offer-ns2': eventually(lan.offered(ns2)),
  'no-daemon': lan.hasNoServer(),

  'lease-ns1': lan.holdsLease(ns1),
  'lease-ns2': lan.holdsLease(ns2),
  'route-ns1': lan.usesRouter(ns1),
  'route-ns2': lan.usesRouter(ns2),
  'ping-ns2-ns1': lan.reaches(ns2, ns1),
  'ping-ns1-ns2': lan.reaches(ns1, ns2),

  'router-port': inet6.hasRouterPort(),
  'router-peer': inet6.joinedToRouter(),
  'ra-configs': inet6.advertises(),
  'southbound-router': eventually(inet6.carriedSouth()),
  'no-advertiser': inet6.hasNoAdvertiser(),
  'advertised-ns1': eventually(inet6.advertised(ns1)),
  'advertised-ns2': eventually(inet6.advertised(ns2)),
  'slaac-ns1': inet6.formsAddress(ns1),
  'slaac-ns2': inet6.formsAddress(ns2),
  'default-ns1': inet6.learnsRouter(ns1),
  'default-ns2': inet6.learnsRouter(ns2),
  'ping6-ns1-router': inet6.routerAnswers(ns1),
  'ping6-ns1-ns2': inet6.reaches(ns1, ns2),
  'ping6-ns2-ns1': inet6.reaches(ns2, ns1),
} satisfies Proofs
