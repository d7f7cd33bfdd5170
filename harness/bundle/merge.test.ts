import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { graded, newFolder, newKey, sentenceOf, someBundle, someRun } from './bundle.testing.ts'
import { readLedger } from './history.ts'
import { openLedger } from './ledger.ts'
import { mergeLedgers } from './merge.ts'
import { verifyLedger } from './verify.ts'

const shardOf = (number: number, of = 4) => ({ ...someRun, shard: { number, of } })
const ofShard = (number: number, students = [`s0${number}`], of = 4) =>
  graded(students, { about: shardOf(number, of) })

describe('shards of one class', () => {
  it('become one folder, in which each shard can still be verified', async () => {
    const shards = await Promise.all([1, 2, 3, 4].map(number => ofShard(number)))
    const into = newFolder()
    const keys = shards.map(({ key }) => key.fingerprint)
    const folders = shards.map(({ folder }) => folder)
    const merged = await mergeLedgers([...folders, ...folders], into, { trustedKey: keys })
    expect(merged).toEqual({
      rosterDigest: someRun.rosterDigest,
      lessons: ['day-06'],
      bundles: 4,
      findings: [],
    })
    expect(await verifyLedger(into, { trustedKey: keys })).toEqual([])
    expect(await readLedger(into).attempts('s03', 'day-06')).toEqual([someBundle('s03')])
    expect(await verifyLedger(into, { trustedKey: keys.slice(1) })).toMatchObject([{ kind: 'other-key' }])
  })

  it('can be merged one after the other; what is missing is told', async () => {
    const into = newFolder()
    const first = await ofShard(1)
    const sentences = async (folder: string) =>
      (await mergeLedgers([folder], into)).findings.map(({ sentence }) => sentence.en)
    expect(await sentences(first.folder)).toEqual([
      'Shard 2/4 is missing: its students are not graded yet.',
      'Shard 3/4 is missing: its students are not graded yet.',
      'Shard 4/4 is missing: its students are not graded yet.',
    ])
    expect(await sentences((await ofShard(3)).folder)).toHaveLength(2)
    expect(await verifyLedger(into)).toHaveLength(2)
    // The same folder again, grown by a second grading.
    await graded(['s01'], { folder: first.folder, key: first.key, about: shardOf(1) })
    expect(await sentences(first.folder)).toHaveLength(2)
    expect(readLedger(into).entries.filter(({ kind }) => kind === 'bundle')).toHaveLength(3)
    expect((await readLedger(into).attempts('s01', 'day-06')).map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('are not merged where they are of other classes, divisions, or differ in a student', async () => {
    const one = await ofShard(1)
    const into = newFolder()
    const refusal = async (folder: string) => sentenceOf(() => mergeLedgers([one.folder, folder], into))
    const other = await graded(['s02'], { about: { ...shardOf(2), rosterDigest: 'other' } })
    expect(await refusal(other.folder)).toMatch(/different rosters/)
    expect(await refusal((await ofShard(2, ['s02'], 3)).folder)).toMatch(/different numbers of shards/)
    const again = newFolder()
    await using ledger = await openLedger(again, { key: newKey() })
    await ledger.begin(shardOf(1))
    await ledger.add(someBundle('s01', { durationMs: 99 }))
    expect(await refusal(again)).toMatch(/^s01 was graded in day-06 by both .* merge only one of them\.$/)
    expect(readLedger(into).entries).toEqual([])
  })

  it('are not merged where one was altered, or into a folder with evidence of its own', async () => {
    const [one, two] = [await ofShard(1), await ofShard(2)]
    expect(await sentenceOf(() => mergeLedgers([one.folder], two.folder))).toMatch(/evidence of its own/)
    const file = join(two.folder, 'bundles/day-06/s02.1.json.gz')
    writeFileSync(file, readFileSync(join(one.folder, 'bundles/day-06/s01.1.json.gz')))
    expect(await sentenceOf(() => mergeLedgers([one.folder, two.folder], newFolder()))).toBe(
      `${file} was altered after it was stored.`,
    )
    expect(await sentenceOf(() => mergeLedgers([], newFolder()))).toBe('There is no graded folder to merge.')
  })
})
