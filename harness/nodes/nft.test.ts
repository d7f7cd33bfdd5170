import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chainsFrom } from './nft.ts'

/** What `nft -j list ruleset` of nftables 1.1.3 printed in a namespace, without handles. */
const ruleset = readFileSync(join(import.meta.dirname, 'testing/ruleset.json'), 'utf8')

/** A rule in the names of what it goes by and does. */
const inShort = (rule: Record<string, unknown>[]) =>
  rule.map(statement => Object.keys(statement)[0]).join(' ')

describe('the chains of nftables that hook in somewhere', () => {
  it('are told with their rules in order', () => {
    const chains = chainsFrom(ruleset).map(({ rules, ...chain }) => ({ ...chain, rules: rules.map(inShort) }))
    const about = { policy: 'accept', devices: [] }
    expect(chains).toEqual([
      {
        ...about,
        ...{ family: 'inet', table: 'f', name: 'in', hook: 'input', priority: 0 },
        rules: ['match accept', 'match jump', 'match drop', 'limit accept', 'match drop'],
      },
      {
        ...about,
        ...{ family: 'netdev', table: 'g', name: 'i', hook: 'ingress', priority: 0, devices: ['eth0'] },
        rules: ['match drop'],
      },
      {
        ...about,
        ...{ family: 'arp', table: 'a', name: 'o', hook: 'output', priority: 0, policy: 'drop' },
        rules: [],
      },
      {
        ...about,
        ...{ family: 'ip', table: 'n', name: 'p', hook: 'postrouting', priority: 100 },
        rules: ['match masquerade'],
      },
      { ...about, ...{ family: 'ip', table: 'n', name: 'q', hook: 'output', priority: 0 }, rules: ['goto'] },
    ])
  })

  it('hold what their rules name: chains, sets and maps', () => {
    const about = { family: 'ip', table: 't' }
    const nftables = [
      { set: { ...about, name: 'bad', elem: ['10.0.0.1'] } },
      { map: { ...about, name: 'ways', elem: [['10.0.0.2', { jump: { target: 'u' } }]] } },
      { chain: { ...about, name: 'c', hook: 'input' } },
      { rule: { ...about, chain: 'u', expr: [{ drop: null }] } },
      { rule: { ...about, chain: 'c', expr: [{ match: { op: '==', left: {}, right: '@bad' } }] } },
      { rule: { ...about, chain: 'c', expr: [{ vmap: { key: {}, data: '@ways' } }] } },
    ]
    const u = { target: 'u', rules: [[{ drop: null }]] }
    expect(chainsFrom(JSON.stringify({ nftables }))[0]?.rules).toEqual([
      [{ match: { op: '==', left: {}, right: { set: ['10.0.0.1'], name: '@bad' } } }],
      [{ vmap: { key: {}, data: { set: [['10.0.0.2', { jump: u }]], name: '@ways' } } }],
    ])
  })

  it('tell how long what they add to a set stays there', () => {
    const about = { family: 'ip', table: 't' }
    const added = { set: { op: 'add', elem: {}, set: '@seen' } }
    const nftables = [
      { set: { ...about, name: 'seen', timeout: 60 } },
      { chain: { ...about, name: 'c', hook: 'input' } },
      { rule: { ...about, chain: 'c', expr: [added] } },
      { rule: { ...about, chain: 'c', expr: [{ set: { ...added.set, op: 'delete' } }] } },
    ]
    expect(chainsFrom(JSON.stringify({ nftables }))[0]?.rules).toEqual([
      [{ set: { ...added.set, timeout: 60 } }],
      [{ set: { ...added.set, op: 'delete' } }],
    ])
  })

  it('are on several devices', () => {
    const chain = { family: 'netdev', table: 't', name: 'c', hook: 'ingress', dev: ['eth0', 'eth1'] }
    expect(chainsFrom(JSON.stringify({ nftables: [{ chain }] }))[0]?.devices).toEqual(['eth0', 'eth1'])
  })

  it('are on the devices that are told in words, where the JSON of nftables 1.0.6 leaves them out', () => {
    const about = { family: 'netdev', hook: 'ingress' }
    const nftables = [
      { chain: { ...about, table: 't', name: 'c' } },
      { chain: { ...about, table: 't', name: 'd' } },
    ]
    const words = `table inet t {
\tchain c {
\t\ttype filter hook ingress device "lo" priority filter; policy accept;
\t}
}
table netdev t {
\tchain c {
\t\ttype filter hook ingress device "eth0" priority filter; policy accept;
\t}
\tchain d {
\t\ttype filter hook ingress devices = { "eth0", "eth1" } priority filter; policy accept;
\t}
}
`
    expect(chainsFrom(`${JSON.stringify({ nftables })}\n${words}`).map(({ devices }) => devices)).toEqual([
      ['eth0'],
      ['eth0', 'eth1'],
    ])
  })

  it('are followed no deeper than the kernel would, where they jump in a circle', () => {
    const about = { family: 'ip', table: 't' }
    const rule = { ...about, chain: 'c', expr: [{ jump: { target: 'c' } }] }
    const nftables = [{ chain: { ...about, name: 'c', hook: 'input' } }, { rule }]
    expect(chainsFrom(JSON.stringify({ nftables }))[0]?.rules).toHaveLength(1)
  })

  it('are none where nft is missing, and refused where it printed something else', () => {
    expect(chainsFrom('\n')).toEqual([])
    expect(() => chainsFrom('Operation not permitted')).toThrow(SyntaxError)
  })

  it('are told together with those of x_tables, which bear the name of the tool that made them', () => {
    const printed = `${ruleset.trim()}\n\n# rules of x_tables\n${ruleset.trim()}\n`
    const [own, older] = [chainsFrom(ruleset), chainsFrom(printed).slice(chainsFrom(ruleset).length)]
    expect(older.map(({ table }) => table)).toEqual(own.map(({ table }) => `${table} (iptables-legacy)`))
  })
})
