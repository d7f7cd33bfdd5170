import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leftoversIn } from '../check/leftovers.ts'
import { embeddedInventory } from '../embedded/index.ts'
import { loadOthers } from '../judge/load-proofs.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { openInventory } from '../nodes/open-inventory.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { difference, listing } from './listing.testing.ts'
import { undoWorkOn } from './undo-work.ts'

const LAB = 'v-any-order'

describe.skipIf(noLabReason)(`lessons in any order, on the same machines${noLabReason}`, () => {
  const days = new Map<string, RealLab>()
  let untouched: string[]
  const day = (id: string) => days.get(id)!
  const solve = async (id: string) => {
    for (const stage of day(id).lesson.stages) if (!stage.extra) await day(id).solve(stage.id)
  }
  const changed = async () => difference(untouched, await listing(day('day-04')))

  beforeAll(async () => {
    for (const id of lessonIds()) days.set(id, await realLab(LAB, id))
    untouched = await listing(day('day-04'))
  })
  afterAll(() => day('day-04')?.down())

  it.each([
    'undo day-06, undo day-04',
    'solve day-04, undo day-04',
    'solve day-06, undo day-06',
    'solve day-04, solve day-06, undo day-04, undo day-06',
    'solve day-06, solve day-04, undo day-04, undo day-06',
    'solve day-06, undo day-04, solve day-04, undo day-06',
    'solve day-04, solve day-06, reset',
    'solve day-04, undo day-06, solve day-06, undo day-04, reset, solve day-04, undo day-04',
  ])('%s: untouched', async orders => {
    for (const order of orders.split(', ')) {
      const [verb, id = ''] = order.split(' ')
      if (verb === 'solve') await solve(id)
      else if (verb === 'undo') await day(id).undo()
      else await undoWorkOn((await embeddedInventory(LAB))!)
    }
    expect(await changed()).toEqual([])
  })

  it.each([
    ['day-04', 'day-06'],
    ['day-06', 'day-04'],
  ])('what %s left in the way of %s is named, and its undo takes it away', async (left, id) => {
    await solve(left)
    const { lesson } = day(id)
    const { judgements } = await day(id).check()
    const looker = openInventory((await embeddedInventory(LAB))!, lesson.topology.central)
    const found = await leftoversIn(judgements, await loadOthers(id), looker, new AbortController().signal)
    await looker.close()
    expect(found.map(one => [one.lesson.id, one.claims.map(claim => claim.id)])).toEqual([
      [left, ['ns1-address', 'ns2-address']],
    ])

    await day(left).undo()
    expect(await changed()).toEqual([])
  })
})
