import { expect, it } from 'vitest'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { parentOf } from './ports-of.ts'

it('a localnet port that was told a tag alone is nested in none', () => {
  expect(parentOf({ parent_name: [''], tag: [200] } as LogicalSwitchPort)).toBeUndefined()
  expect(parentOf({ parent_name: ['vm'], tag: [200] } as LogicalSwitchPort)).toBe('vm')
})
