import { type Text, text } from '../core/text.ts'
import type { EdgeKind, ElementKind } from './model.ts'

/** What each kind of thing is called: OVN's and the kernel's own terms. */
export const KIND: Record<ElementKind, Text> = {
  router: text('logical router', 'logical router'),
  'router-port': text('logical router port', 'logical router port'),
  switch: text('logical switch', 'logical switch'),
  'switch-port': text('logical switch port', 'logical switch port'),
  node: text('node', '節點'),
  namespace: text('namespace', 'namespace'),
  plug: text('interface', '介面'),
  'linux-bridge': text('Linux bridge', 'Linux bridge'),
  'integration-bridge': text('integration bridge', 'integration bridge'),
  tunnel: text('tunnel port', 'tunnel port'),
  patch: text('patch port', 'patch port'),
  bridge: text('Open vSwitch bridge', 'Open vSwitch bridge'),
  physical: text('physical interface', '實體介面'),
  wire: text('network', '網路'),
  outside: text('machine outside', '外部的機器'),
}

/** How an edge is told of its first end: `to` is the name of the other. */
export const edgeWords: Record<EdgeKind, (to: string) => Text> = {
  veth: to => text(`veth pair with ${to}`, `和 ${to} 是一對 veth`),
  plugged: to => text(`in ${to}`, `在 ${to} 裡`),
  lower: to => text(`stands on ${to}`, `建立在 ${to} 上`),
  patch: to => text(`patch pair with ${to}`, `和 ${to} 是一對 patch port`),
  tunnel: to => text(`tunnel with ${to}`, `和 ${to} 之間有 tunnel`),
  wire: to => text(`connected to the network ${to}`, `連到網路 ${to}`),
  bound: to => text(`connected to ${to}`, `接到 ${to}`),
  mapped: to => text(`leads out through ${to}`, `由 ${to} 通往外面`),
  peer: to => text(`peer of ${to}`, `和 ${to} 互為 peer`),
}

export const MISSING = text('missing', '尚缺')
export const DOWN = text('down', '沒有啟用（DOWN）')
export const NO_CARRIER = text('no carrier', '沒有 carrier')
export const NO_LINK = text('the node has no such interface', '節點上沒有這個介面')
export const UNBOUND = text('not bound to a chassis', '沒有綁定到 chassis')
