import { expect, it } from 'vitest'
import type { Station } from '../route/stations.ts'
import { agedOtherwise } from './aged-otherwise.ts'

const station = (...ttls: number[]) =>
  ({
    post: { kind: 'plug', node: 'controller', id: 'plug', links: ['veth-ns3-br'] },
    direction: 'request',
    wanted: { kind: 'echo-request', source: '192.168.1.1', destination: '10.10.0.1', token: '' },
    heard: { links: [], count: ttls.length, isBlind: false, frames: ttls.map(ttl => ({ ttl })) },
  }) as unknown as Station
const agedFrom = (actions: string, came: number[], left: number[]) =>
  agedOtherwise(
    'controller',
    { datapathActions: actions },
    { station: station(...came), next: station(...left) },
  )?.where
const aged = (actions: string, ...ttls: number[]) => agedFrom(actions, [64], ttls)

it('names the link where a packet has another time to live than the flows give it', () => {
  expect(aged('set(eth(src=02:00:00:00:00:01)),set(ipv4(ttl=61)),5', 63)).toBe('controller · veth-ns3-br')
  expect(aged('set(ipv4(src=1.2.3.4,ttl=61)),5', 63)).toBe('controller · veth-ns3-br')
})

it('says nothing where both agree, or it is not known which of several it was', () => {
  expect(aged('set(ipv4(ttl=63)),5', 63)).toBeUndefined()
  expect(aged('5', 64)).toBeUndefined()
  expect(aged('set(ipv4(ttl=62)),5,set(ipv4(ttl=61)),6', 63)).toBeUndefined()
  expect(aged('set(ipv4(ttl=61)),5', 63, 62)).toBeUndefined()
  expect(agedFrom('set(ipv4(ttl=62)),5', [63, 64], [63])).toBeUndefined()
})

it('knows what a packet was given before connection tracking looked at it, unless it is given another afterwards', () => {
  const passed = (actions: string, ttl: number) =>
    agedOtherwise(
      'controller',
      { datapathActions: actions, givenTtl: 61 },
      { station: station(64), next: station(ttl) },
    )?.where
  expect(passed('ct(commit,zone=4),5', 63)).toBe('controller · veth-ns3-br')
  expect(passed('ct(commit,zone=4),5', 61)).toBeUndefined()
  expect(passed('set(ipv4(ttl=60)),ct(commit,zone=4),5', 60)).toBeUndefined()
})
