import { type Text, text } from '../core/text.ts'
import { planBridges } from './plan-bridges.ts'
import { linksLost, networksOf, planAttributes, planLinks } from './plan-links.ts'
import { planOvs, tablesLost } from './plan-ovs.ts'
import { commandOf, ipIn } from './shell-words.ts'
import type { NodeState, SavedRoute } from './state.ts'

/**
 * Commands that make a node what it was, from what it is; none where it is that. What a link that is still to be made has
 * is in the next plan, when it is there.
 */
export const planOf = (saved: NodeState, now: NodeState): string[] => [
  ...(saved.netnsFiles !== '' && saved.netnsFiles !== now.netnsFiles && now.netnsFiles === ''
    ? [`mkdir -p /etc/netns && printf '%s' '${saved.netnsFiles}' | base64 -d | tar -xz -C /etc/netns`]
    : []),
  ...planLinks(saved, now),
  ...planOvs(saved, now),
  ...planAttributes(saved, now),
  ...planBridges(saved, now),
  ...planRoutes(saved, now),
  ...planSettings(saved, now),
  ...saved.stopped
    .filter(unit => !now.stopped.includes(unit))
    .map(unit => commandOf('systemctl', 'stop', unit)),
]

function planRoutes(saved: NodeState, now: NodeState): string[] {
  return networksOf(saved).flatMap(([netns, { routes, routes6, neighbours }]) => {
    const before = netns === '' ? now.network : now.namespaces[netns]
    if (!before) return []
    const lines = (all: SavedRoute[], family: string, verb: string) =>
      all.filter(isTyped).map(route => ipIn(netns, family, 'route', verb, ...routeWords(route)))
    const of = (network: typeof before) => [
      ...lines(network.routes, '-4', 'replace'),
      ...lines(network.routes6, '-6', 'replace'),
    ]
    const [wanted, there] = [
      [...lines(routes, '-4', 'replace'), ...lines(routes6, '-6', 'replace')],
      of(before),
    ]
    const hears = new Set(before.neighbours.map(({ dst, dev, lladdr }) => `${dst} ${dev} ${lladdr}`))
    return [
      ...there
        .filter(line => !wanted.includes(line))
        .map(line => line.replace(' route replace ', ' route del ')),
      ...wanted.filter(line => !there.includes(line)),
      ...neighbours
        .filter(({ dst, dev, lladdr }) => lladdr !== undefined && !hears.has(`${dst} ${dev} ${lladdr}`))
        .map(({ dst, dev, lladdr }) =>
          ipIn(netns, 'neighbour', 'replace', dst, 'lladdr', lladdr, 'dev', dev, 'nud', 'permanent'),
        ),
    ]
  })
}

/** Routes that the kernel made for an address come with it. */
const isTyped = ({ protocol, table, type }: SavedRoute) =>
  protocol !== 'kernel' && protocol !== 'ra' && table !== 'local' && type !== 'multicast'

const routeWords = ({ type, dst, gateway, via, dev, table, metric, prefsrc, flags = [] }: SavedRoute) => [
  ...[type !== 'unicast' && type, dst],
  ...(gateway === undefined ? [] : ['via', gateway]),
  ...(via === undefined ? [] : ['via', 'inet6', via.host]),
  ...(dev === undefined ? [] : ['dev', dev]),
  ...(table === undefined ? [] : ['table', table]),
  ...(metric === undefined ? [] : ['metric', metric]),
  ...(prefsrc === undefined ? [] : ['src', prefsrc]),
  flags.includes('onlink') && 'onlink',
]

/** It follows from the MTU of the link. */
const FOLLOWS = /^net\.ipv6\.conf\..*\.mtu$/

/** Settings of the kernel that differ, of links that are there, and the filters of nftables. */
function planSettings(saved: NodeState, now: NodeState): string[] {
  return networksOf(saved).flatMap(([netns, { settings, filters }]) => {
    const before = netns === '' ? now.network : now.namespaces[netns]
    if (!before) return []
    const inside = netns === '' ? [] : ['ip', 'netns', 'exec', netns]
    const keyOf = (line: string) => line.split(' = ')[0]!
    const there = new Map(before.settings.map(line => [keyOf(line), line]))
    const differ = settings.filter(
      line => there.has(keyOf(line)) && there.get(keyOf(line)) !== line && !FOLLOWS.test(keyOf(line)),
    )
    return [
      ...differ.map(line => commandOf(...inside, 'sysctl', '-qw', line.replace(' = ', '='))),
      ...(filters !== before.filters
        ? [
            `${commandOf(...inside, 'nft', 'flush', 'ruleset')} && printf '%s' ${commandOf(filters) || "''"} | ${commandOf(...inside, 'nft', '-f', '-')}`,
          ]
        : []),
    ]
  })
}

/** What cannot be kept of a node, as one sentence each. */
export function lostOf(node: string, state: NodeState): Text[] {
  const programs = Object.entries(state.programs).flatMap(([netns, names]) =>
    [...new Set(names)].map(name => `${name} (${netns})`),
  )
  const queues = networksOf(state).flatMap(([, { queues: all }]) =>
    all
      .filter(({ kind }) => !['noqueue', 'fq_codel', 'mq', 'pfifo_fast'].includes(kind))
      .map(({ kind, dev }) => `${kind} on ${dev}`),
  )
  const rules = networksOf(state).some(([, network]) => network.rules.length > 3)
  const said = (what: Text, names: string[]): Text[] =>
    names.length === 0
      ? []
      : [text(`${node}: ${what.en}: ${names.join(', ')}`, `${node}：${what['zh-TW']}：${names.join('、')}`)]
  return [
    ...said(text('programs that run', '正在執行的程式'), programs),
    ...said(text('interfaces of other kinds', '其他種類的介面'), linksLost(state)),
    ...said(text('tables of Open vSwitch', 'Open vSwitch 的資料表'), tablesLost(state)),
    ...said(text('queueing disciplines', '佇列規則（qdisc）'), queues),
    ...(rules ? said(text('routing policy rules', '策略路由規則'), ['ip rule']) : []),
  ]
}
