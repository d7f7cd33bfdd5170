import { describe, expect, it } from 'vitest'
import type { NetworkStack, Route, RoutingRule } from '../../harness/look/evidence.ts'
import { routeOf } from './routing.ts'

const SOURCE = '192.168.10.100'
const PEER = '192.168.10.1'
const usual: Route = { destination: '192.168.10.0/24', device: 'eth0', type: 'unicast' }
const hole: Route = { table: '99', destination: 'default', type: 'blackhole' }
const rules: RoutingRule[] = [{ table: 'local' }, { table: 'main' }]

const taken = (about: Partial<NetworkStack>) =>
  routeOf({ routes: [usual, hole], rules, ...about } as NetworkStack, SOURCE, PEER)

describe('the route a packet takes', () => {
  it('is that of the table main, with rules and without', () => {
    expect(taken({})).toBe(usual)
    expect(taken({ rules: [] })).toBe(usual)
  })

  it('is the one with the longest prefix', () => {
    const host: Route = { destination: PEER, device: 'lo', type: 'unicast' }
    expect(taken({ routes: [usual, host] })).toBe(host)
  })

  it('is that of the first rule that meets the packet', () => {
    expect(taken({ rules: [{ source: `${SOURCE}/32`, table: '99' }, ...rules] })).toBe(hole)
    expect(taken({ rules: [{ source: '10.0.0.0/8', table: '99' }, ...rules] })).toBe(usual)
    expect(taken({ rules: [{ destination: '10.0.0.0/8', table: '99' }, ...rules] })).toBe(usual)
    expect(taken({ rules: [{ action: 'unreachable' }, ...rules] })).toMatchObject({ type: 'unreachable' })
  })

  it('is looked for in the next table where one has none, or throws it on', () => {
    expect(taken({ rules: [{ table: '7' }, ...rules] })).toBe(usual)
    const on: Route = { table: '7', destination: 'default', type: 'throw' }
    expect(taken({ routes: [on, usual], rules: [{ table: '7' }, ...rules] })).toBe(usual)
  })

  it('is not known where a rule goes by something else as well', () => {
    expect(taken({ rules: [{ table: '99', isConditional: true }, ...rules] })).toBe('unknown')
    expect(taken({ rules: [{ table: '7', isConditional: true }, ...rules] })).toBe(usual)
  })

  it('is none where no table has one', () => {
    expect(taken({ routes: [] })).toBeUndefined()
  })
})
