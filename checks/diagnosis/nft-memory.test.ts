import { describe, expect, it } from 'vitest'
import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import { livesOfMemory } from './nft-memory.ts'

const chain = (...rules: NftRule[]): NftChain => ({
  ...{ family: 'inet', table: 't', name: 'in', hook: 'input', devices: [], policy: 'accept' },
  rules,
})
const lives = (...rules: NftRule[]) => {
  const chains = [chain(...rules)]
  return livesOfMemory(chains, chains, { isInet6: false })
}
const sender = { payload: { protocol: 'ip', field: 'saddr' } }
const is = (right: unknown, op = '==') => ({ match: { op, left: sender, right } })
const port = (number: number) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: number },
})
const pings = {
  match: { op: '==', left: { payload: { protocol: 'icmp', field: 'type' } }, right: 'echo-request' },
}
const add = (more: object = {}) => ({ set: { op: 'add', elem: sender, set: '@who', ...more } })
const ban = [is('@who'), { counter: { packets: 0, bytes: 0 } }, { drop: null }]

describe('how long filters remember what may let a ping pass', () => {
  it('is nothing of a ban for what is no ping', () => {
    expect(lives([port(22), add()], ban)).toEqual([])
    expect(lives([port(22), add({ timeout: 600 })], ban)).toEqual([])
    expect(lives([port(22), { jump: { target: 'f2b', rules: [[add()]] } }], ban)).toEqual([])
  })

  it('is for ever where pings themselves are banned', () => {
    expect(lives([pings, add()], ban)).toEqual([Number.POSITIVE_INFINITY])
    expect(lives([add()], ban)).toEqual([Number.POSITIVE_INFINITY])
    expect(lives([pings, { jump: { target: 'f2b', rules: [[add()]] } }], ban)).toEqual([
      Number.POSITIVE_INFINITY,
    ])
  })

  it('is for ever where who has knocked is let through, whatever knocks', () => {
    expect(lives([port(22), add()], [pings, is('@who', '!='), { drop: null }])).toEqual([
      Number.POSITIVE_INFINITY,
    ])
    expect(lives([port(22), add()], [is('@who'), { accept: null }])).toEqual([Number.POSITIVE_INFINITY])
    expect(lives([port(22), add({ timeout: 9 })], [is('@who'), { return: null }])).toEqual([9])
    expect(lives([port(22), add()], [{ vmap: { key: sender, data: '@who' } }])).toEqual([
      Number.POSITIVE_INFINITY,
    ])
  })

  it('is nothing where only other packets are asked for it', () => {
    expect(lives([add()], [port(23), is('@who'), { drop: null }])).toEqual([])
    expect(lives([add()])).toEqual([])
  })

  it('is nothing of what forbids more than a rate of each, or lets less pass, and the time of the element where it is turned round', () => {
    const counting = (inv?: true) =>
      add({ op: 'update', timeout: 10, stmt: [{ limit: { rate: 50, per: 'second', ...(inv && { inv }) } }] })
    expect(lives([pings, counting(true), { drop: null }])).toEqual([])
    expect(lives([pings, counting(), { accept: null }])).toEqual([])
    expect(lives([pings, counting(true), { accept: null }])).toEqual([10])
    expect(lives([pings, counting(), { drop: null }])).toEqual([10])
    expect(lives([port(22), counting(), { drop: null }])).toEqual([])
  })

  it('knows a ban by the name of its set as well where somebody is in it', () => {
    const banned = [is({ set: ['192.0.2.1'], name: '@who' }), { drop: null }]
    expect(lives([port(22), add()], banned)).toEqual([])
    expect(lives([pings, add()], banned)).toEqual([Number.POSITIVE_INFINITY])
  })
})
