import { eventually, type Guest, leasing, type Proofs } from '../../checks/index.ts'
import { machines } from '../_course/proofs.ts'

const ns1: Guest = { node: 'controller', netns: 'ns1' }
const ns2: Guest = { node: 'controller', netns: 'ns2' }
const lan = leasing({ cidr: '10.0.0.0/24', router: '10.0.0.1' }, ns1, ns2)

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
} satisfies Proofs
