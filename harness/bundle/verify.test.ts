import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { graded, newFolder, newKey } from './bundle.testing.ts'
import { lineOf, parseLine } from './entry.ts'
import { verifyLedger } from './verify.ts'

const ledgerOf = (folder: string) => join(folder, 'bundles/ledger.jsonl')
const bundleOf = (folder: string, student: string) => join(folder, `bundles/day-06/${student}.1.json.gz`)
const linesOf = (folder: string) => readFileSync(ledgerOf(folder), 'utf8').trimEnd().split('\n')
const putLines = (folder: string, lines: string[]) => writeFileSync(ledgerOf(folder), `${lines.join('\n')}\n`)
const verified = async (...args: Parameters<typeof verifyLedger>) =>
  (await verifyLedger(...args)).map(({ kind, line }) => (line === undefined ? kind : `${kind} ${line}`))

describe('every byte counts', () => {
  it.each(['bundles/ledger.jsonl', 'bundles/day-06/s01.1.json.gz'])('of %s', async name => {
    const { folder } = await graded(['s01'])
    const file = join(folder, name)
    const whole = readFileSync(file)
    const missed: number[] = []
    for (const at of whole.keys()) {
      const altered = Buffer.from(whole)
      // Upper case for lower case is the alteration that a careless decoder does not see.
      altered[at] = (altered[at] ?? 0) ^ (at % 2 ? 0x20 : 1)
      writeFileSync(file, altered)
      if ((await verifyLedger(folder)).length === 0) missed.push(at)
    }
    expect(missed).toEqual([])
    writeFileSync(file, whole)
    expect(await verifyLedger(folder)).toEqual([])
  })
})

it('the last line, which no other line vouches for, can be spelt in one way only', async () => {
  const { folder } = await graded(['s01'])
  const lines = linesOf(folder)
  const last = lines.at(-1) ?? ''
  for (const other of [`${last} `, last.replace('"end"', '"\\u0065nd"'), last.replace('==', '')]) {
    expect(other).not.toBe(last)
    putLines(folder, lines.with(-1, other))
    expect(await verified(folder)).toContain('altered-line 3')
  }
})

describe('what is told', () => {
  it('an altered bundle, one that is missing, one that is in no ledger', async () => {
    const { folder } = await graded(['s01', 's02', 's03'])
    copyFileSync(bundleOf(folder, 's03'), bundleOf(folder, 's04'))
    writeFileSync(bundleOf(folder, 's01'), readFileSync(bundleOf(folder, 's03')))
    rmSync(bundleOf(folder, 's02'))
    const findings = await verifyLedger(folder)
    expect(findings.map(({ sentence }) => sentence.en)).toEqual([
      `${bundleOf(folder, 's01')} was altered after it was stored.`,
      `${bundleOf(folder, 's02')} was stored and is missing.`,
      `${bundleOf(folder, 's04')} is in no ledger, as after a crash: nothing is graded from it.`,
    ])
    expect(findings.map(({ isHarmless }) => isHarmless)).toEqual([false, false, true])
  })

  it('lines that were cut out in the middle, and how many', async () => {
    const { folder } = await graded(['s01', 's02', 's03'])
    const lines = linesOf(folder)
    putLines(folder, lines.toSpliced(2, 2))
    expect((await verifyLedger(folder)).map(({ sentence }) => sentence.en)[0]).toBe(
      `2 lines are missing before line 3 of ${ledgerOf(folder)}.`,
    )
    // Where the begin of the run is cut out, nobody knows the key of its lines.
    putLines(folder, lines.slice(1))
    expect(await verified(folder)).toEqual(['cut-out 1'])
  })

  it('two lines that changed places', async () => {
    const { folder } = await graded(['s01', 's02'])
    const [begin = '', one = '', two = '', end = ''] = linesOf(folder)
    putLines(folder, [begin, two, one, end])
    expect(await verified(folder)).toEqual(['cut-out 2', 'broken-chain 3', 'cut-out 4'])
  })

  it('a line that somebody else signed, and one that the same key signed for another place', async () => {
    const { folder, key } = await graded(['s01', 's02'])
    const lines = linesOf(folder)
    const { entry } = parseLine(lines[1] ?? '') ?? {}
    if (entry?.kind !== 'bundle') throw new Error('no bundle')
    putLines(folder, lines.with(1, lineOf(entry, newKey())))
    expect(await verified(folder)).toEqual(['wrong-signature 2'])
    putLines(folder, lines.with(1, lineOf({ ...entry, time: 'later' }, key)))
    expect(await verified(folder)).toEqual(['broken-chain 3'])
  })

  it('a whole ledger that was signed with another key than ours', async () => {
    const { folder, key } = await graded(['s01'])
    expect(await verified(folder)).toEqual([])
    expect(await verified(folder, { trustedKey: [newKey().fingerprint, key.fingerprint] })).toEqual([])
    const [finding] = await verifyLedger(folder, { trustedKey: newKey().fingerprint })
    expect(finding?.sentence.en).toBe(
      `The run from line 1 of ${ledgerOf(folder)} on was signed with ${key.fingerprint}, which is not a key that is trusted here.`,
    )
  })

  it('a run without an end is no fraud; lines that are cut off at the end are told by who kept the last', async () => {
    const { folder, head } = await graded(['s01', 's02'])
    putLines(folder, linesOf(folder).slice(0, -1))
    const findings = await verifyLedger(folder)
    expect(findings.map(({ kind, isHarmless }) => [kind, isHarmless])).toEqual([['unfinished', true]])
    expect(await verified(folder, { knownHead: head })).toContain('cut-off')
  })

  it('a line that names a file outside', async () => {
    const { folder, key } = await graded(['s01'])
    const lines = linesOf(folder)
    const { entry } = parseLine(lines[1] ?? '') ?? {}
    if (entry?.kind !== 'bundle') throw new Error('no bundle')
    const outside = { ...entry, lesson: '..', file: '../s01.1.json.gz' }
    putLines(folder, lines.with(1, lineOf(outside, key)))
    expect(await verified(folder)).toContain('altered-line 2')
  })

  it('a folder in which nothing was graded', async () => {
    const folder = newFolder()
    expect(await verified(folder)).toEqual(['no-ledger'])
    mkdirSync(join(folder, 'bundles'))
    expect(await verified(folder)).toEqual(['no-ledger'])
  })
})
