import { describe, expect, it } from 'vitest'
import type { Lab } from '../../harness/look/lab.ts'
import type { Route } from '../route/route.ts'
import { apartOnWire, ledByNobody } from './apart-on-wire.ts'

const port = (name: string, about: object = {}) => ({
  _uuid: name,
  name,
  type: '',
  tag: [],
  options: {},
  ...about,
})
const localnet = (name: string, tag: number[], network_name = 'phys') =>
  port(name, { type: 'localnet', tag, options: { network_name } })
const labWith = (ports: object[], switches: object[]) =>
  ({
    northbound: async () => ({ ports, switches }),
    southbound: async () => ({ chassis: [{ name: 'c1' }] }),
  }) as unknown as Lab
const ends = { from: { logicalPort: 'a' }, to: { logicalPort: 'b' } } as Route
const one = { name: 'one', ports: ['a', 'l1'] }
const other = { name: 'other', ports: ['b', 'l2'] }

describe('two ends whose switches a physical network joins', () => {
  const where = async (l1: object, l2: object, route = ends, switches: object[] = [one, other]) =>
    (await apartOnWire(labWith([port('a'), port('b'), l1, l2], switches), route))?.where.split(' · ').at(-1)

  it('are apart by their VLANs, or by its name', async () => {
    expect(await where(localnet('l1', [100]), localnet('l2', [101]))).toBe('tag')
    expect(await where(localnet('l1', [100]), localnet('l2', []))).toBe('tag')
    expect(await where(localnet('l1', []), localnet('l2', [], 'other'))).toBe('options:network_name')
  })

  it('are not where they meet, where a router is between them, or on one switch', async () => {
    expect(await where(localnet('l1', [100]), localnet('l2', [100]))).toBeUndefined()
    const l1 = localnet('l1', [100])
    const l2 = localnet('l2', [101])
    expect(await where(l1, l2, { ...ends, routed: { from: { joints: [] } } })).toBeUndefined()
    const both = [{ name: 'both', ports: ['a', 'b', 'l1', 'l2'] }]
    expect(await where(l1, l2, ends, both)).toBeUndefined()
  })
})

it('names a port to a physical network that is to be on a chassis which is not there', async () => {
  const saw = async (chassis: string) => {
    const options = { 'l2gateway-chassis': chassis }
    const lab = labWith(
      [port('a'), port('g', { type: 'l2gateway', options })],
      [{ name: 's', ports: ['a', 'g'] }],
    )
    return (await ledByNobody(lab, { from: ends.from } as Route))?.saw.en
  }
  expect(await saw('c2')).toContain('no chassis is called so (c1)')
  expect(await saw('c1')).toBeUndefined()
})
