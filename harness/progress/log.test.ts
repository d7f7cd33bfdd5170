import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { exportProgress, importProgress } from './exchange.ts'
import { addProgress, addStamped, isKept, progressFile, readProgress } from './log.ts'
import { event, lesson } from './progress.test-data.ts'
import { standingIn } from './standing.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'progress-'))
  file = join(folder, 'state', 'progress.jsonl')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const active = (lab: string) => ({ kind: 'active', lesson: 'day-99', lab }) as const

describe('the file of a learner’s progress', () => {
  it('is among their own files, and only theirs to read', () => {
    expect(progressFile({ XDG_STATE_HOME: '/state' })).toBe('/state/ovn-lab/progress.jsonl')
    expect([isKept({}), isKept({ OVN_LAB_PROGRESS: 'off' })]).toEqual([true, false])
    expect(readProgress(file)).toEqual({ events: [] })
    addProgress([active('one')], file)
    expect(fs.statSync(file).mode & 0o077).toBe(0)
  })

  it('loses nothing where several processes write at once', async () => {
    const script = `import { addProgress } from ${JSON.stringify(join(checkout, 'harness/progress/log.ts'))}
      for (let n = 0; n < 40; n++) addProgress([{ kind: 'active', lesson: 'day-99', lab: process.argv[2] + n }], ${JSON.stringify(file)})`
    const writer = join(folder, 'writer.mjs')
    const { build } = await import('esbuild')
    await build({
      stdin: { contents: script, resolveDir: checkout },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: writer,
    })
    const children = ['a', 'b', 'c', 'd'].map(name => spawn(process.execPath, [writer, name]))
    // Somebody spoils the file meanwhile, and others put it aside.
    const spoiling = setInterval(() => {
      if (fs.existsSync(file)) fs.appendFileSync(file, '{"half\n')
      readProgress(file)
    }, 5)
    await Promise.all(children.map(child => once(child, 'exit')))
    clearInterval(spoiling)
    expect(new Set(readProgress(file).events.map(({ lab }) => lab)).size).toBe(160)
  })

  it('is put aside where it is broken, whole, and what can be read goes on', () => {
    addProgress([active('one')], file)
    fs.appendFileSync(file, 'not json\n{"id":1}\n\n')
    addProgress([active('two')], file)
    const before = fs.readFileSync(file, 'utf8')
    const { events, asideAs } = readProgress(file)
    expect(events.map(({ lab }) => lab)).toEqual(['one', 'two'])
    expect(asideAs?.en).toMatch(/had 2 broken lines: the file is kept as .*\.broken-/)
    const [aside = ''] = fs.readdirSync(join(folder, 'state')).filter(name => name.includes('broken'))
    expect(fs.readFileSync(join(folder, 'state', aside), 'utf8')).toBe(before)
    expect(readProgress(file)).toEqual({ events })
  })

  it('stays where it is, broken as it is, while what can be read of it cannot be written', async () => {
    addProgress([active('one')], file)
    fs.appendFileSync(file, 'not json\n')
    const before = fs.readFileSync(file, 'utf8')
    const reader = join(folder, 'reader.mjs')
    const { build } = await import('esbuild')
    const contents = `import { readProgress } from ${JSON.stringify(join(checkout, 'harness/progress/log.ts'))}
      try { readProgress(${JSON.stringify(file)}) } catch (thrown) { process.stdout.write(thrown.sentence.en) }`
    const stdin = { contents, resolveDir: checkout }
    await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: reader })
    // As on a full disk: no file may get a byte (setrlimit(2), RLIMIT_FSIZE).
    const full = ['-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'sh', process.execPath, reader]
    const child = spawn('sh', full, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    expect(said.toString()).toMatch(
      /^Your progress in .* cannot be read or written: the system reports EFBIG\.$/,
    )
    expect(fs.readdirSync(join(folder, 'state'))).toEqual(['progress.jsonl'])
    expect(fs.readFileSync(file, 'utf8')).toBe(before)
  })

  it('goes on behind half a line that a crash left, and keeps what a later version wrote', () => {
    addStamped([{ ...event(1, { kind: 'active' }), kind: 'dreamt' } as never], file)
    fs.appendFileSync(file, '{"id":"x","at"')
    expect(readProgress(file).asideAs).toBeUndefined()
    addProgress([active('two')], file)
    const { events, asideAs } = readProgress(file)
    expect(events.map(({ kind }) => kind)).toEqual(['dreamt', 'active'])
    expect(asideAs?.en).toContain('1 broken line:')
  })

  it('that cannot be read, or made, is told in one sentence', () => {
    expect(() => addProgress([active('one')], '/proc/none/progress.jsonl')).toThrow(BadCall)
    fs.mkdirSync(file, { recursive: true })
    expect(() => readProgress(file)).toThrow(BadCall)
    expect(() => addProgress([active('one')], file)).toThrow(/cannot be read or written: it is a folder/)
  })
})

describe('progress of two machines', () => {
  const mine = [
    event(0, { kind: 'active' }),
    event(10, { kind: 'held', claims: ['a'] }),
    event(12, { kind: 'active' }),
  ]
  const theirs = [
    event(5, { kind: 'held', claims: ['a', 'b'], lab: 'theirs' }),
    event(12, { kind: 'active' }),
  ]
  const exported = (name: string, events: typeof mine) => {
    exportProgress(join(folder, name), events)
    return join(folder, name)
  }

  it('is merged: who was first stays first, and nothing counts twice', () => {
    addStamped(mine, file)
    const other = exported('theirs.json', theirs)
    expect(importProgress([other], readProgress(file).events, file)).toBe(1)
    expect(importProgress([other, other], readProgress(file).events, file)).toBe(0)
    expect(importProgress([exported('own.json', mine)], readProgress(file).events, file)).toBe(0)
    const standing = standingIn(lesson, readProgress(file).events)
    expect(standing.held.get('a')).toEqual({ at: theirs[0]!.at, lab: 'theirs' })
    expect(standing.spentMs).toBe(12 * 60_000)
    expect(standing.labs).toEqual(['mine', 'theirs'])
  })

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['another file', '{"events":[]}', 'not what'],
    ['a list', '[]', 'not what'],
    ['null', 'null', 'not what'],
    ['a later version', '{"kind":"ovn-lab-progress","schema":2,"events":[]}', 'later version'],
    ['a broken event', '{"kind":"ovn-lab-progress","schema":1,"events":[{"id":"x"}]}', 'broken'],
  ])('%s is refused as a whole', (_, content, said) => {
    const [good, bad] = [exported('good.json', theirs), join(folder, 'bad.json')]
    fs.writeFileSync(bad, content)
    expect(() => importProgress([good, bad], [], file)).toThrow(said)
    expect(fs.existsSync(file)).toBe(false)
  })

  it('from a file that is not there is refused', () => {
    expect(() => importProgress([join(folder, 'none')], [], file)).toThrow('there is no such file')
  })
})
