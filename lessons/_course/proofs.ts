import {
  boundToItsChassis,
  type Endpoint,
  eventually,
  hasAddress,
  hasSwitchPort,
  isChassis,
  type Proofs,
  pluggedIn,
  portsCarriedSouth,
  runs,
  shareOneSwitch,
} from '../../checks/index.ts'

/** Of `- use: machines`. */
export const machines = {
  northd: lab => runs(lab, 'controller', 'ovn-northd'),
  'chassis-controller': eventually(lab => isChassis(lab, 'controller')),
  'chassis-hypervisor': eventually(lab => isChassis(lab, 'hypervisor')),
} satisfies Proofs

/** Of `- use: namespaces`. */
export const namespaces = (ns1: Endpoint, ns2: Endpoint) =>
  ({
    'ns1-address': lab => hasAddress(lab, ns1),
    'ns2-address': lab => hasAddress(lab, ns2),
  }) satisfies Proofs

/** Of `- use: switch`. */
export const logicalSwitch = (ns1: Endpoint, ns2: Endpoint) =>
  ({
    'port-ns1': lab => hasSwitchPort(lab, ns1, [ns1, ns2]),
    'port-ns2': lab => hasSwitchPort(lab, ns2, [ns1, ns2]),
    'one-switch': lab => shareOneSwitch(lab, [ns1, ns2]),
    'southbound-ports': eventually(lab => portsCarriedSouth(lab, [ns1, ns2])),
  }) satisfies Proofs

/** Of `- use: binding`. */
export const binding = (ns1: Endpoint, ns2: Endpoint) =>
  ({
    'iface-ns1': eventually(lab => pluggedIn(lab, ns1, [ns1, ns2])),
    'iface-ns2': eventually(lab => pluggedIn(lab, ns2, [ns1, ns2])),
    'bound-ns1': eventually(lab => boundToItsChassis(lab, ns1, [ns1, ns2])),
    'bound-ns2': eventually(lab => boundToItsChassis(lab, ns2, [ns1, ns2])),
  }) satisfies Proofs
