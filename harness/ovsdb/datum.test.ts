import { describe, expect, it } from 'vitest'
import { applyDifference, decode } from './datum.ts'
import { Malformed } from './frames.ts'
import { type ColumnType, defaultOf } from './schema.ts'

const name: ColumnType = { shape: 'scalar', atMostOne: true, key: 'string' }
const tag: ColumnType = { shape: 'set', atMostOne: true, key: 'integer' }
const addresses: ColumnType = { shape: 'set', atMostOne: false, key: 'string' }
const trunks: ColumnType = { shape: 'set', atMostOne: false, key: 'integer' }
const ports: ColumnType = { shape: 'set', atMostOne: false, key: 'uuid' }
const options: ColumnType = { shape: 'map', atMostOne: false, key: 'string', value: 'string' }

describe('decoding a value by its column', () => {
  it('makes a set of one element, which arrives bare, a list like any other', () => {
    expect(decode(addresses, 'unknown')).toEqual(['unknown'])
    expect(decode(addresses, ['set', ['a', 'b']])).toEqual(['a', 'b'])
    expect(decode(tag, 7)).toEqual([7])
    expect(decode(tag, ['set', []])).toEqual([])
  })

  it('makes maps records and UUIDs words', () => {
    expect(decode(options, ['map', [['network_name', 'flat0']]])).toEqual({ network_name: 'flat0' })
    expect(decode(ports, ['uuid', 'b9a4']), 'bare').toEqual(['b9a4'])
    expect(decode(ports, ['set', [['uuid', 'b9a4']]])).toEqual(['b9a4'])
  })

  it('keeps a key that means something to JavaScript an ordinary key', () => {
    const decoded = decode(options, ['map', [['__proto__', 'x']]])
    expect(Object.entries(decoded)).toEqual([['__proto__', 'x']])
  })

  it.each([
    [name, ['set', ['a', 'b']]],
    [name, 1],
    [tag, 'seven'],
    [ports, 'b9a4'],
    [options, 'network_name'],
    [options, ['map', [['alone']]]],
    [addresses, null],
  ])('refuses what the column %j cannot hold: %j', (type, value) => {
    expect(() => decode(type as ColumnType, value)).toThrow(Malformed)
  })
})

describe('applying the difference of a modified row', () => {
  it('takes away elements that are there and adds those that are not, in the order the server has', () => {
    expect(applyDifference(addresses, ['a', 'c'], ['set', ['b', 'c']])).toEqual(['a', 'b'])
    expect(applyDifference(trunks, [9, 100], 20)).toEqual([9, 20, 100])
  })

  it('takes away equal pairs, changes others, adds new ones', () => {
    const difference = [
      'map',
      [
        ['same', '1'],
        ['other', '3'],
        ['new', '4'],
      ],
    ]
    expect(applyDifference(options, { same: '1', other: '2', kept: '0' }, difference)).toEqual({
      kept: '0',
      new: '4',
      other: '3',
    })
  })

  it('replaces where a column holds at most one element', () => {
    expect(applyDifference(name, 'ls0', 'ls1')).toBe('ls1')
    expect(applyDifference(tag, [7], 8)).toEqual([8])
    expect(applyDifference(tag, [7], ['set', []])).toEqual([])
  })
})

it('knows the value of a column that is left out', () => {
  expect([name, tag, options].map(defaultOf)).toEqual(['', [], {}])
})
