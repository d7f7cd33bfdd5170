import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ovn-lab-grade-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const launcher = join(checkout, 'harness/ovn-lab.mjs')
const env = () => ({ ...process.env, LANG: 'C', LC_ALL: '', XDG_STATE_HOME: join(folder, 'state') })
const ovnLab = (...words: string[]) =>
  spawnSync(process.execPath, [launcher, ...words], { encoding: 'utf8', env: env(), cwd: folder })

/** Writes a class of labs that are not there. */
function roster(...students: string[]): string {
  const rows = students.map(id => `  - { id: ${id}, name: "Student ${id}", lab: not-there-${id} }\n`)
  const file = join(folder, 'class.yaml')
  writeFileSync(file, `schema: 1\nlesson: day-06\nstudents:\n${rows.join('')}`)
  return file
}

describe('grade', () => {
  it('of machines that are not there: nobody has a number, everybody a reason, and the exit code says so', () => {
    const { status, stdout } = ovnLab('grade', '--roster', roster('s01', 's02'), '--out', 'reports')
    expect(status).toBe(2)
    expect(stdout).toContain('2 ungraded: 2 not reached')
    const grade = JSON.parse(readFileSync(join(folder, 'reports/grade.json'), 'utf8'))
    expect(grade).toMatchObject({
      schema: 1,
      lesson: 'day-06',
      students: [
        { id: 's01', name: 'Student s01', verdict: 'unknown', points: null, report: 'students/s01.json' },
        { id: 's02' },
      ],
    })
    for (const file of ['board.html', 'class.xml', 'moodle.csv', 'students/s01.xml', 'feedback/s02.json'])
      expect(existsSync(join(folder, 'reports', file)), file).toBe(true)
    expect(ovnLab('grade', 'verify', 'reports').status).toBe(0)
    const again = ovnLab('regrade', 'reports', '--lesson', 'day-06')
    expect(again.stdout).toContain('day-06 · No verdict or place has changed.')
  })

  it('tells when its evidence was altered', () => {
    ovnLab('grade', '--roster', roster('s01'), '--out', 'reports')
    const bundle = join(folder, 'reports/bundles/day-06/s01.1.json.gz')
    const bytes = readFileSync(bundle)
    bytes[40]! ^= 1
    writeFileSync(bundle, bytes)
    const { status, stdout } = ovnLab('grade', 'verify', 'reports')
    expect([status, stdout]).toEqual([1, expect.stringContaining('s01.1.json.gz')])
    const again = { status: 2, stderr: expect.stringContaining('nothing is graded from it') }
    expect(ovnLab('regrade', 'reports')).toMatchObject(again)
    const device = { status: 3, stderr: '/dev/null is not a file.\n' }
    expect(ovnLab('regrade', '/dev/null')).toMatchObject(device)
  })

  it('whose reports cannot be written says how it goes on, and loses nothing', () => {
    const words = ['grade', '--roster', roster('s01'), '--out', 'reports']
    mkdirSync(join(folder, 'reports'))
    writeFileSync(join(folder, 'reports/students'), '')
    const { status, stderr } = ovnLab(...words)
    expect([status, stderr.trim().split('\n')]).toEqual([
      3,
      [expect.stringContaining('reports/students'), expect.stringContaining('with --resume goes on')],
    ])
    rmSync(join(folder, 'reports/students'))
    expect(ovnLab(...words, '--resume')).toMatchObject({ status: 2, stderr: '' })
    expect(ovnLab('grade', 'verify', 'reports').status).toBe(0)
  })

  it('--list reaches no machine and writes nothing', () => {
    const { status, stdout } = ovnLab('grade', '--roster', roster('s01'), '--list', '--out', 'reports')
    expect([status, stdout]).toEqual([0, expect.stringContaining('Student s01')])
    expect(existsSync(join(folder, 'reports'))).toBe(false)
  })

  it('makes no key where none can be kept, and says so', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [launcher, 'grade', '--roster', roster('s01'), '--out', 'reports'],
      { encoding: 'utf8', env: { ...env(), XDG_STATE_HOME: '/proc/state' }, cwd: folder, timeout: 20_000 },
    )
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^Cannot write \/proc\/state\/.*\n$/)])
  })

  it('of one student alone says of the others that they are not graded yet', () => {
    const { status, stdout } = ovnLab('grade', '--roster', roster('s01', 's02'), '--student', 's02')
    expect(status).toBe(2)
    expect(stdout).toContain('2 ungraded: 1 not graded yet, 1 not reached')
  })

  it('makes one class of its parts', () => {
    const file = roster('s03', 's01', 's02')
    for (const part of [2, 1])
      ovnLab('grade', '--roster', file, '--shard', `${part}/2`, '--out', `part${part}`)
    expect(ovnLab('regrade', 'part1').stdout).toContain('2 students')
    const { stdout } = ovnLab('grade', 'merge', 'part2', 'part1', '--out', 'reports')
    expect(stdout).toContain('3 students')
    const idsIn = (out: string) =>
      JSON.parse(readFileSync(join(folder, out, 'grade.json'), 'utf8')).students.map(
        ({ id }: { id: string }) => id,
      )
    // As in the roster.
    expect(idsIn('reports')).toEqual(['s03', 's01', 's02'])
    // Who is in a part that is missing is not forgotten.
    const half = ovnLab('grade', 'merge', 'part1', '--out', 'half')
    expect(half.stdout).toContain('3 ungraded: 1 not graded yet, 2 not reached')
    expect(idsIn('half')).toEqual(['s03', 's01', 's02'])
  })

  it.each([
    [[], 'Which class?'],
    [['--roster', 'nobody.yaml'], 'nobody.yaml'],
    [['--roster', 'class.yaml', '--lesson', 'day-60'], 'There is no lesson "day-60". Did you mean "day-06"?'],
    [['--roster', 'gone.yaml'], 'gone.yaml:2:9: There is no lesson "day-16". Did you mean "day-06"?'],
    [['--roster', 'class.yaml', '--student', 's1'], 'did you mean "s01"?'],
    [['--roster', 'class.yaml', '--shard', '5/4'], '--shard "5/4"'],
    [['--roster', 'class.yaml', '--deadline', 'friday'], '--deadline "friday"'],
    [['--roster', 'class.yaml', '--deadline', '2026-12-01T23:59Z'], '--deadline needs --late'],
    [['--roster', 'class.yaml', '--out', '/proc/reports'], '/proc/reports'],
    [['--jobs', '3', 'merge', 'part1'], '--jobs has no effect before merge'],
  ])('a wrong call %j is told in one sentence', (words, sentence) => {
    const file = roster('s01')
    writeFileSync(join(folder, 'gone.yaml'), readFileSync(file, 'utf8').replace('day-06', 'day-16'))
    const { status, stdout, stderr } = ovnLab('grade', ...words)
    expect([status, stdout]).toEqual([3, ''])
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('stopped with Ctrl-C keeps who is finished; resumed, it goes on with the others', async () => {
    // Takes connections, and never says a word.
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const key = join(folder, 'key')
    writeFileSync(key, '')
    chmodSync(key, 0o600)
    const file = join(folder, 'class.yaml')
    const node = (last: number) => `{ host: 127.0.0.${last}, port: ${port} }`
    writeFileSync(
      file,
      `schema: 1\nlesson: day-06\nstudents:\n  - { id: s01, lab: not-there }\n  - id: s02\n    nodes:\n      controller: ${node(1)}\n      hypervisor: ${node(2)}\n`,
    )
    const words = ['grade', '--roster', file, '--out', 'reports', '--jobs', '1']
    const child = spawn(process.execPath, [launcher, ...words], { env: env(), cwd: folder })
    let said = ''
    let toldAtEnd = ''
    child.stderr.on('data', chunk => {
      toldAtEnd += chunk
    })
    child.stdout.on('data', chunk => {
      // Once: a second Ctrl-C ends a process at once.
      if (!said.includes('s01') && `${said}${chunk}`.includes('s01')) child.kill('SIGINT')
      said += chunk
    })
    const [status] = await once(child, 'exit')
    silent.close()
    expect([status, toldAtEnd]).toEqual([130, expect.stringContaining('with --resume grades the others')])
    const ledger = () => readFileSync(join(folder, 'reports/bundles/ledger.jsonl'), 'utf8')
    const stored = () => ledger().match(/"student":"s\d\d"/g)
    expect(stored()).toEqual(['"student":"s01"'])
    const whole = readFileSync(file, 'utf8')
    writeFileSync(file, whole.replace('not-there', 'elsewhere'))
    expect(ovnLab(...words, '--resume')).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringContaining('had another roster'),
    })
    writeFileSync(file, whole)
    // Who was not reached is tried again, then and ever after: nobody has a number yet.
    expect(ovnLab(...words, '--resume').status).toBe(2)
    expect(stored()).toEqual(['s01', 's01', 's02'].map(id => `"student":"${id}"`))
    expect(ovnLab(...words, '--resume').stdout).toContain('[2/2]')
    expect(stored()).toHaveLength(5)
  })
})
