import { expect, it } from 'vitest'
import type { RawRow } from '../core/rows.ts'
import { rowWords } from './row-words.ts'

const row = (columns: Omit<RawRow, '_uuid'>): RawRow => ({ _uuid: 'u', ...columns }) as RawRow
const changed = (table: string, before: RawRow, after: RawRow) =>
  rowWords({
    table,
    before,
    after,
    columns: Object.keys(after).filter(column => column !== '_uuid' && column !== 'name'),
  })

it('names the key of a map, the row and the value', () => {
  const words = changed(
    'Open_vSwitch',
    row({ external_ids: { a: '1' } }),
    row({ external_ids: { a: '1', 'ovn-bridge-mappings': 'flat0:br-eth2' } }),
  )
  expect(words).toEqual({
    en: 'external_ids:ovn-bridge-mappings set to flat0:br-eth2 on Open_vSwitch',
    'zh-TW': 'Open_vSwitch 的 external_ids:ovn-bridge-mappings 設為 flat0:br-eth2',
  })
})

it.each([
  [{ tag: [] }, { tag: [5] }, 'tag set to 5 on Port p'],
  [{ tag: [5] }, { tag: [] }, 'tag removed on Port p'],
  [
    { addresses: ['a', 'b'] },
    { addresses: ['a', 'c'] },
    'c added to addresses, b removed from addresses on Port p',
  ],
  [{ up: false }, { up: true }, 'up set to true on Port p'],
] as [Omit<RawRow, '_uuid'>, Omit<RawRow, '_uuid'>, string][])('%j → %j', (before, after, en) => {
  expect(changed('Port', row({ name: 'p', ...before }), row({ name: 'p', ...after }))?.en).toBe(en)
})

it('tells a row that is new or gone, and keeps quiet of what a daemon notes for itself', () => {
  expect(rowWords({ table: 'Bridge', after: row({ name: 'br0' }), columns: [] })?.en).toBe('Bridge br0 added')
  expect(rowWords({ table: 'Bridge', before: row({ name: 'br0' }), columns: [] })?.en).toBe(
    'Bridge br0 removed',
  )
  expect(changed('Open_vSwitch', row({ cur_cfg: 1 }), row({ cur_cfg: 2 }))).toBeUndefined()
  // ovn-controller notes in each bridge of its how far it has come (ovn-controller(8)).
  const noted = (cfg: string) => row({ name: 'br-int', external_ids: { 'ovn-nb-cfg': cfg } })
  expect(changed('Bridge', noted('1'), noted('2'))).toBeUndefined()
})
