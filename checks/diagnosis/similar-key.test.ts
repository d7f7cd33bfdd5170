import { expect, it } from 'vitest'
import { similarKey, valueIn } from './similar-key.ts'

it.each([
  [{ iface_id: 'ls0-ns1' }, 'iface_id'],
  [{ ovn: 'x', 'Iface-ID': 'ls0-ns1' }, 'Iface-ID'],
  [{ ifaceid: 'ls0-ns1' }, 'ifaceid'],
  [{ 'iface-id': 'ls0-ns1' }, undefined],
  [{ 'iface-status': 'active' }, undefined],
])('finds what was written in place of iface-id: %j', (map, found) => {
  expect(similarKey(map as Record<string, string>, 'iface-id')).toBe(found)
})

it('tells a value as it is, and what stands in place of one', () => {
  expect(valueIn({ 'iface-id': 'ls0-ns1' }, 'iface-id')).toBe('"ls0-ns1"')
  expect(valueIn({ iface_id: 'ls0-ns1' }, 'iface-id')).toBe('(none) (iface_id = "ls0-ns1")')
  expect(valueIn({}, 'iface-id')).toBe('(none)')
  const row = { name: 'iface-id', ports: ['iface-id'], other_config: {}, options: { 'iface-id': 'ls0-ns1' } }
  expect(valueIn(row.other_config, 'iface-id', row)).toBe('(none) (options:iface-id = "ls0-ns1")')
  expect(valueIn({}, 'ifaceid', row)).toBe('(none) (options:iface-id = "ls0-ns1")')
  expect(valueIn(row.options, 'iface-id', row)).toBe('"ls0-ns1"')
  expect(valueIn(row.options, 'tag', row)).toBe('(none)')
})
