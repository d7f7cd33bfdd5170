import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { assertWritable, writeReport } from './report-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const refusal = async (file: string) => {
  const error = await assertWritable(file).then(
    () => undefined,
    cause => cause,
  )
  expect(error).toBeInstanceOf(BadCall)
  return (error as BadCall).sentence
}

describe('assertWritable', () => {
  it('makes the folders on the way and leaves no file', async () => {
    await assertWritable(join(folder, 'a/b/report.xml'))
    expect(readdirSync(join(folder, 'a/b'))).toEqual([])
  })

  it('leaves an older report as it is', async () => {
    const file = join(folder, 'report.xml')
    writeFileSync(file, 'older')
    await assertWritable(file)
    expect(readFileSync(file, 'utf8')).toBe('older')
    expect(readdirSync(folder)).toEqual(['report.xml'])
  })

  it('refuses a folder', async () => {
    expect((await refusal(folder)).en).toBe(
      `Cannot write the report to ${folder}: it is a folder; choose another place.`,
    )
    expect((await refusal(`${folder}/new/`)).en).toBe(
      `Cannot write the report to ${folder}/new/: it is a folder; choose another place.`,
    )
  })

  it('refuses a path through a file', async () => {
    writeFileSync(join(folder, 'file'), '')
    const file = join(folder, 'file', 'report.xml')
    const wanted = 'a part of the path is a file, not a folder; choose another place.'
    expect((await refusal(file)).en).toBe(`Cannot write the report to ${file}: ${wanted}`)
    const deeper = join(folder, 'file', 'deeper', 'report.xml')
    expect((await refusal(deeper)).en).toBe(`Cannot write the report to ${deeper}: ${wanted}`)
  })

  it('refuses an empty name', async () => {
    expect((await refusal(''))['zh-TW']).toBe('無法把報告寫到 ""：檔名是空的，請改用別的位置。')
  })

  it.runIf(process.platform === 'linux')('refuses a folder nobody may write to, even root', async () => {
    const sentence = await refusal('/sys/kernel/report.xml')
    expect(sentence.en).toMatch(
      /^Cannot write the report to \/sys\/kernel\/report.xml: (this user has no write permission there|the file system is read-only); choose another place\.$/,
    )
  })

  it.runIf(process.platform === 'linux')('refuses a full device before the check starts', async () => {
    expect((await refusal('/dev/full')).en).toBe(
      'Cannot write the report to /dev/full: the disk is full; make room there, or choose another place.',
    )
    await expect(assertWritable('/dev/null')).resolves.toBeUndefined()
  })
})

describe('writeReport', () => {
  it('replaces the whole file', () => {
    const file = join(folder, 'report.xml')
    writeFileSync(file, 'a much older and longer report')
    writeReport(file, 'new')
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['report.xml'])
  })

  it('writes through a symbolic link and keeps it', () => {
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/report.xml'), 'older')
    symlinkSync('real/report.xml', join(folder, 'link.xml'))
    writeReport(join(folder, 'link.xml'), 'new')
    expect(readFileSync(join(folder, 'real/report.xml'), 'utf8')).toBe('new')
    expect(readlinkSync(join(folder, 'link.xml'))).toBe('real/report.xml')
  })

  it.runIf(process.platform === 'linux')(
    'says that a device is full, and does not put a file in its place',
    () => {
      expect(() => writeReport('/dev/full', 'new')).toThrow(
        'Cannot write the report to /dev/full: the disk is full; make room there, or choose another place.',
      )
      expect(() => writeReport('/dev/full', 'new')).toThrow(BadCall)
      expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
    },
  )

  it('keeps the older report and nothing half-written where the new one cannot take its place', () => {
    const file = join(folder, 'report.xml')
    mkdirSync(join(file, 'older'), { recursive: true })
    expect(() => writeReport(file, 'new')).toThrow(
      `Cannot write the report to ${file}: it is a folder; choose another place.`,
    )
    expect(readdirSync(folder)).toEqual(['report.xml'])
    expect(readdirSync(file)).toEqual(['older'])
  })
})
