import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { graded, newFolder, newKey, sentenceOf, someBundle, someRun } from './bundle.testing.ts'
import { readLedger } from './history.ts'
import { openLedger } from './ledger.ts'
import { verifyLedger } from './verify.ts'

const ledgerOf = (folder: string) => join(folder, 'bundles/ledger.jsonl')
const kindsIn = (folder: string) => readLedger(folder).entries.map(({ kind }) => kind)

describe('a ledger', () => {
  it('keeps every attempt, and nothing is overwritten', async () => {
    const folder = newFolder()
    const key = newKey()
    for (const durationMs of [1, 2]) {
      await using ledger = await openLedger(folder, { key })
      await ledger.begin(someRun)
      const { file, attempt } = await ledger.add(someBundle('s01', { durationMs }))
      expect([file, attempt]).toEqual([join(folder, `bundles/day-06/s01.${durationMs}.json.gz`), durationMs])
      await ledger.end()
    }
    const attempts = await readLedger(folder).attempts('s01', 'day-06')
    expect(attempts).toEqual([
      someBundle('s01', { durationMs: 1 }),
      someBundle('s01', { durationMs: 2, attempt: 2 }),
    ])
    expect(await verifyLedger(folder, { trustedKey: key.fingerprint })).toEqual([])
  })

  it('takes a thousand that come at once', async () => {
    const folder = newFolder()
    const key = newKey()
    await using ledger = await openLedger(folder, { key })
    await ledger.begin(someRun)
    await Promise.all(Array.from({ length: 998 }, (_, at) => ledger.add(someBundle(`s${at % 500}`))))
    await ledger.end()
    expect(ledger.entries).toHaveLength(1000)
    expect(new Set(readdirSync(join(folder, 'bundles/day-06'))).size).toBe(998)
    expect(await verifyLedger(folder, { trustedKey: key.fingerprint, knownHead: ledger.head })).toEqual([])
  })

  it('tells of a run that was broken off who is done, and goes on with it', async () => {
    const { folder, key } = await graded(['s01', 's02'], { isEnded: false })
    await using ledger = await openLedger(folder, { key })
    const unfinished = ledger.lastRun()
    expect(unfinished).toEqual({
      runId: expect.any(String),
      rosterDigest: someRun.rosterDigest,
      lessons: ['day-06'],
      isFinished: false,
      done: ['s01', 's02'].map(student => expect.objectContaining({ student, lesson: 'day-06', attempt: 1 })),
    })
    expect(await ledger.begin({ ...someRun, resume: true })).toBe(unfinished?.runId)
    await ledger.add(someBundle('s03'))
    expect(ledger.lastRun()?.done).toHaveLength(3)
    await ledger.end()
    expect(ledger.lastRun()?.isFinished).toBe(true)
    expect(ledger.entries.at(-1)).toMatchObject({ kind: 'end', bundles: 3 })
    expect(await verifyLedger(folder)).toEqual([])
  })

  it('does not go on with a run that was about others', async () => {
    const { folder, key } = await graded(['s01'], { isEnded: false })
    await using ledger = await openLedger(folder, { key })
    const others = { ...someRun, rosterDigest: 'e'.repeat(64), resume: true }
    expect(await sentenceOf(() => ledger.begin(others))).toMatch(/another roster.*without --resume\.$/)
  })

  it('is refused to a second grading, and to nobody once the first is closed', async () => {
    const folder = newFolder()
    const key = newKey()
    const first = await openLedger(folder, { key })
    expect(await sentenceOf(() => openLedger(folder, { key }))).toBe(
      `Another grading (process ${process.pid}) is writing to ${join(folder, 'bundles')}: wait for it, or choose another folder.`,
    )
    await first.close()
    await (await openLedger(folder, { key })).close()
  })

  it('tells where a grading of another computer holds it', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'bundles'))
    writeFileSync(join(folder, 'bundles/.grading'), '{"pid":1,"startedAt":"1","host":"far.example"}')
    expect(await sentenceOf(() => openLedger(folder, { key: newKey() }))).toContain(
      'A grading on far.example is writing to',
    )
  })

  it.each([
    ['half a file', '{"pid":'],
    ['nothing', ''],
    ['a process that is no more', undefined],
    ['a process id that was used again', JSON.stringify({ pid: process.pid, startedAt: '1' })],
  ])('is taken over from a grading that crashed: %s', async (_, words) => {
    const folder = newFolder()
    const { hostname } = await import('node:os')
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    const holder = words ?? JSON.stringify({ pid: gone, startedAt: '1' })
    mkdirSync(join(folder, 'bundles'))
    writeFileSync(
      join(folder, 'bundles/.grading'),
      holder.endsWith('}') ? JSON.stringify({ ...JSON.parse(holder), host: hostname() }) : holder,
    )
    await using ledger = await openLedger(folder, { key: newKey() })
    await ledger.begin(someRun)
    expect(readdirSync(join(folder, 'bundles')).sort()).toEqual(['.grading', 'ledger.jsonl'])
  })
})

describe('after a crash', () => {
  it.each([1, 30, 200])('half a last line (%i bytes less) is removed and nothing else', async bytes => {
    const { folder, key } = await graded(['s01', 's02'], { isEnded: false })
    const { length } = readFileSync(ledgerOf(folder))
    truncateSync(ledgerOf(folder), length - bytes)
    expect((await verifyLedger(folder)).map(({ kind }) => kind)).toContain('half-line')
    await using ledger = await openLedger(folder, { key })
    // Without its line break alone a line is whole.
    expect(ledger.entries).toHaveLength(bytes === 1 ? 3 : 2)
    await ledger.begin({ ...someRun, resume: true })
    await ledger.add(someBundle('s02'))
    await ledger.end()
    expect((await verifyLedger(folder)).filter(({ isHarmless }) => !isHarmless)).toEqual([])
  })

  it('a bundle without its line is kept under another name, and told', async () => {
    const { folder, key } = await graded(['s01', 's02'], { isEnded: false })
    const lines = readFileSync(ledgerOf(folder), 'utf8').trimEnd().split('\n')
    writeFileSync(ledgerOf(folder), `${lines.slice(0, -1).join('\n')}\n`)
    const left = readFileSync(join(folder, 'bundles/day-06/s02.1.json.gz'))
    await using ledger = await openLedger(folder, { key })
    await ledger.begin({ ...someRun, resume: true })
    await ledger.add(someBundle('s02', { durationMs: 5 }))
    await ledger.end()
    const findings = await verifyLedger(folder)
    expect(findings.map(({ kind, isHarmless }) => [kind, isHarmless])).toEqual([['orphan', true]])
    expect(readFileSync(findings[0]?.file ?? '')).toEqual(left)
    expect(await ledger.attempts('s02', 'day-06')).toMatchObject([{ durationMs: 5 }])
  })

  it('half a bundle is gone', async () => {
    const { folder, key } = await graded(['s01'])
    const half = join(folder, 'bundles/.ovn-lab-6b1c2f0e-94cc-4be4-8e6c-0d4c5a1b2c3d.tmp')
    writeFileSync(half, 'half')
    await (await openLedger(folder, { key })).close()
    expect(await verifyLedger(folder)).toEqual([])
  })

  it('a ledger that was altered is not added to', async () => {
    const { folder, key } = await graded(['s01'])
    writeFileSync(ledgerOf(folder), readFileSync(ledgerOf(folder), 'utf8').replace('s01', 's02'))
    expect(await sentenceOf(() => openLedger(folder, { key }))).toMatch(/was altered at line 2/)
    expect(readdirSync(join(folder, 'bundles'))).not.toContain('.grading')
  })
})

describe('where the system refuses', () => {
  it('a file in place of the folder is one sentence', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    expect(await sentenceOf(() => openLedger(file, { key: newKey() }))).toBe(
      `Cannot write ${join(file, 'bundles')}: a part of the path is a file, not a folder; what was stored before is whole.`,
    )
  })

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'a disk that is full half way loses nothing',
    async () => {
      const folder = newFolder()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', folder])
      onTestFinished(() => {
        execFileSync('umount', [folder])
      })
      const key = newKey()
      let stored = 0
      {
        await using ledger = await openLedger(folder, { key })
        await ledger.begin(someRun)
        const fill = async () => {
          for (; stored < 100; stored++) await ledger.add(someBundle(`s${stored}`))
        }
        expect(await sentenceOf(fill)).toMatch(/the disk is full; what was stored before is whole\.$/)
        expect(await sentenceOf(() => ledger.add(someBundle('t')))).toMatch(/the disk is full/)
      }
      expect(stored).toBeGreaterThan(3)
      expect((await verifyLedger(folder)).map(({ kind }) => kind)).toEqual(['unfinished'])
      expect(kindsIn(folder)).toHaveLength(1 + stored)
      execFileSync('mount', ['-o', 'remount,size=1m', folder])
      await using ledger = await openLedger(folder, { key })
      expect(ledger.lastRun()?.done).toHaveLength(stored)
      await ledger.begin({ ...someRun, resume: true })
      await ledger.add(someBundle('t'))
      await ledger.end()
      expect(await verifyLedger(folder)).toEqual([])
    },
  )
})

it('has of an attempt that was altered or is gone the reason, and the others as they are', async () => {
  const { folder } = await graded(['s01', 's02', 's03'])
  const file = (id: string) => join(folder, `bundles/day-06/${id}.1.json.gz`)
  appendFileSync(file('s01'), 'x')
  rmSync(file('s02'))
  const attempts = await Promise.all(
    ['s01', 's02', 's03'].map(id => readLedger(folder).attempts(id, 'day-06')),
  )
  expect(attempts.map(([one]) => one && 'lost' in one && one.lost.en)).toEqual([
    `${file('s01')} is not what was stored: it was altered, and nothing is graded from it.`,
    `${file('s02')} is not there.`,
    false,
  ])
})
