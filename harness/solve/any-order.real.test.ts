import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheck } from '../check/open-check.ts'
import { embeddedInventory } from '../embedded/index.ts'
import { loadOthers, loadProofs } from '../judge/load-proofs.ts'
import { openInventory } from '../nodes/open-inventory.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { difference, listing } from './listing.testing.ts'
import { undoWorkOn } from './undo-work.ts'

const LAB = 'v-any-order'

/** Zones of connection tracking, which ovn-controller numbers in br-int, and keeps for a while after their port is gone. */
const ZONES = /\["ct-zone-[^"]*","\d+"\],?/g

const notHere = noLabReason || otherTurn(3)

describe.skipIf(notHere)(`lessons in any order, on the same machines${notHere}`, () => {
  const days = new Map<string, RealLab>()
  let untouched: string[]
  const day = (id: string) => days.get(id)!
  const solve = async (id: string) => {
    for (const stage of day(id).lesson.stages) if (!stage.extra) await day(id).solve(stage.id)
  }
  /** What there is once OVN has carried out what was ordered. */
  const seen = async () => {
    await day('day-04').shell('controller', 'ovn-nbctl --timeout=60 --wait=hv sync')
    return (await listing(day('day-04'))).map(line => line.replaceAll(ZONES, ''))
  }
  const changed = async () => difference(untouched, await seen())

  beforeAll(async () => {
    for (const id of ['day-04', 'day-06']) days.set(id, await realLab(LAB, id))
    untouched = await seen()
  })
  afterAll(() => day('day-04')?.down())

  it.each([
    'undo day-06, undo day-04',
    'solve day-04, solve day-06, undo day-04, undo day-06',
    'solve day-06, undo day-04, solve day-04, undo day-06',
    'solve day-06, solve day-04, reset, undo day-04',
  ])('%s: untouched', async orders => {
    for (const order of orders.split(', ')) {
      const [verb, id = ''] = order.split(' ')
      if (verb === 'solve') await solve(id)
      else if (verb === 'undo') await day(id).undo()
      else await undoWorkOn((await embeddedInventory(LAB))!)
    }
    // ovn-controller may report the newest configuration a moment before it takes the last patch port away.
    await expect.poll(changed).toEqual([])
  })

  it.each([
    ['day-04', 'day-06'],
    ['day-06', 'day-04'],
  ])('what %s left in the way of %s is named, and its undo takes it away', async (left, id) => {
    await solve(left)
    const { lesson } = day(id)
    const inventory = await embeddedInventory(LAB)
    const looker = openInventory(inventory!, lesson.topology.central)
    const check = openCheck({ lesson, lab: LAB, lang: 'en', others: () => loadOthers(id), tellers: [] })
    const closing = await check.judge(await loadProofs(lesson), looker, new AbortController().signal)
    await looker.close()
    const claims = closing.stages.flatMap(stage => stage.claims)
    expect(claims.filter(({ judgement }) => judgement.verdict === 'unknown')).toEqual([])
    expect(closing.leftovers?.map(one => [one.lesson.id, one.claims.map(claim => claim.id)])).toEqual([
      [left, ['ns1-address', 'ns2-address']],
    ])

    await day(left).undo()
    // ovn-controller may report the newest configuration a moment before it takes the last patch port away.
    await expect.poll(changed).toEqual([])
  })
})
