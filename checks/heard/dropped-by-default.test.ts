import { describe, expect, it } from 'vitest'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { traceOf } from '../testing/traces.ts'
import { droppedByDefault } from './dropped-by-default.ts'
import type { Origin } from './origin.ts'

const [step] = traceOf('acl').steps
const last = (stage: string, more: object = {}) => ({
  step: step!,
  origin: { kind: 'logical', flow: { uuid: 'f', stage, match: '1', actions: 'drop;' }, ...more } as Origin,
})
const set =
  (value: string): Edit =>
  ({ northbound }) => {
    Object.assign(northbound, { NB_Global: [{ _uuid: 'g', options: { default_acl_drop: value } }] })
  }

describe('a packet that no ACL allows', () => {
  it('is dropped by an option of all of OVN', async () => {
    expect(await droppedByDefault(solvedLab(set('true')), last('ls_in_acl_action'))).toMatchObject({
      where: 'OVN_Northbound · NB_Global · options:default_acl_drop',
      saw: { en: expect.stringContaining('no ACL of the switch allows the packet') },
    })
  })

  it.each([
    ['where that is off', 'false', last('ls_in_acl_action')],
    ['at another stage', 'true', last('ls_in_l2_lkup')],
    ['where an ACL of its own says so', 'true', last('ls_in_acl_eval', { row: { table: 'ACL', row: {} } })],
  ])('is not %s', async (_, value, end) => {
    expect(await droppedByDefault(solvedLab(set(value)), end)).toBeUndefined()
  })
})
