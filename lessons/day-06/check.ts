import { type Endpoint, eventually, type Proofs, servingRows, throughPhysical } from '../../checks/index.ts'
import { binding, logicalSwitch, machines, namespaces } from '../_course/proofs.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.10.100', prefixLength: 24 }
const ns2: Endpoint = { node: 'hypervisor', netns: 'ns2', address: '192.168.10.200', prefixLength: 24 }
const path = throughPhysical('eth2', ns1, ns2)

/** On labs of ours the database's own machine may write: provision/outside/shop.sql. */
const web = servingRows({
  server: ns1,
  browser: ns2,
  port: 80,
  link: 'eth2',
  table: { database: 'shop', user: 'clerk', table: 'orders', columns: ['customer', 'item'] },
})

export default {
  ...machines,
  ...namespaces(ns1, ns2),
  ...logicalSwitch(ns1, ns2),

  'localnet-port': path.hasLocalnetPort(),
  'localnet-unknown': path.acceptsUnknown(),
  'localnet-southbound': eventually(path.localnetCarriedSouth()),

  ...binding(ns1, ns2),

  'bridge-controller': eventually(path.bridgeHoldsLink('controller')),
  'bridge-hypervisor': eventually(path.bridgeHoldsLink('hypervisor')),
  'mapping-controller': path.mapsLocalnet('controller'),
  'mapping-hypervisor': path.mapsLocalnet('hypervisor'),

  'patch-controller': eventually(path.patchedByOvn('controller')),
  'patch-hypervisor': eventually(path.patchedByOvn('hypervisor')),

  'ping-ns2-ns1': path.reaches(ns2, ns1),
  'ping-ns1-ns2': path.reaches(ns1, ns2),
  'ping-ns1-physical': path.reachesOutside(ns1),
  'ping-ns2-physical': path.reachesOutside(ns2),

  'plain-controller': path.crossesPlain('controller'),
  'plain-hypervisor': path.crossesPlain('hypervisor'),
  'no-geneve-controller': path.crossesNoTunnel('controller'),
  'no-geneve-hypervisor': path.crossesNoTunnel('hypervisor'),

  'web-listens': web.listens(),
  'web-page': web.servesPage(),
  'database-session': web.asksDatabase(),
  'page-rows': web.showsRows(),
  'web-plain': web.pageCrossesPlain(),
  'web-full': web.fillsPackets(),
} satisfies Proofs
