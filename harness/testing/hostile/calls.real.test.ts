import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../../core/checkout.ts'
import { demoLesson } from '../../lesson/demo-lesson.ts'
import { lessonIds, loadLesson } from '../../lesson/load-lesson.ts'
import { noLabReason } from '../real-lab.ts'
import {
  check,
  type HostileLab,
  hostileLab,
  idsOf,
  inFolder,
  ovnLab,
  starting,
  whole,
} from './hostile-lab.ts'

const LESSON = demoLesson()
const lesson = await loadLesson(LESSON)
const lessons = lessonIds()
const stageIds = lesson.stages.map(stage => stage.id)
const RECORDED = join(lesson.folder, 'recordings/untouched.json')
/** A check that needs no machine. */
const REPLAY = ['check', LESSON, '--lang', 'en', '--replay', RECORDED]

/** A real `npm run`, which keeps flags it takes for its own. */
const npmRun = (argv: string[]) => starting('npm', ['run', '--silent', ...argv], { cwd: checkout }).ended

describe('calls that are wrong say one sentence and end with 3', () => {
  it.each([
    [
      ['check', `${LESSON}x`, '--lang', 'en'],
      `There is no lesson "${LESSON}x". Did you mean "${LESSON}"? Lessons: ${lessons.join(', ')}.\n`,
    ],
    [
      ['check', `../${LESSON}`, '--lang', 'en'],
      `There is no lesson "../${LESSON}". Did you mean "${LESSON}"? Lessons: ${lessons.join(', ')}.\n`,
    ],
    [
      [...REPLAY, '--stage', 'wires'],
      `${LESSON} has no stage "wires". Its stages: ${stageIds.join(', ')}.\n`,
    ],
    [
      ['check', LESSON, '--lang', 'zh-TW', '--replay', RECORDED, '--stage', 'wires'],
      `${LESSON} 沒有名為「wires」的階段。現有階段：${stageIds.join('、')}。\n`,
    ],
    [[...REPLAY, '--frobnicate'], "error: unknown option '--frobnicate'\n"],
    [['frobnicate'], "error: unknown command 'frobnicate'\n"],
    [
      [...REPLAY, '--watch'],
      '--watch follows machines while they change: it cannot be used with --replay.\n',
    ],
  ])('%j', async (argv, sentence) => {
    expect(await ovnLab(argv)).toEqual({ code: 3, stdout: '', stderr: sentence })
  })

  it('a report that could not be written is said before anything is looked at', async () =>
    inFolder(async folder => {
      const file = join(folder, 'a-folder')
      await mkdir(file)
      for (const flag of ['--junit', '--json', '--record'])
        expect(await ovnLab([...REPLAY, flag, file])).toEqual({
          code: 3,
          stdout: '',
          stderr: `Cannot write the report to ${file}: it is a folder; choose another place.\n`,
        })
    }))

  it('one file for two reports is refused, so that none is lost', async () =>
    inFolder(async folder => {
      const file = join(folder, 'report')
      expect(await ovnLab([...REPLAY, '--junit', file, '--json', `${folder}/./report`])).toEqual({
        code: 3,
        stdout: '',
        stderr: `Two reports cannot both be written to ${file}; choose another file.\n`,
      })
    }))

  it.each(['null', '{"schema":1,"answers":[null]}', '{"schema":1,"lab":5,"answers":[]}', '{"schema":1,'])(
    'a recording that is none: %s',
    async content =>
      inFolder(async folder => {
        const file = join(folder, 'recording.json')
        await writeFile(file, content)
        const { code, stdout, stderr } = await ovnLab(['check', LESSON, '--lang', 'en', '--replay', file])
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
        expect(stderr).toMatch(/^\S+recording\.json is not a recorded lab \([^\n]+\)\.\n$/)
      }),
  )

  it('a screen that is closed early (| head) is no failure of the lab: the report is still whole', async () =>
    inFolder(async folder => {
      const file = join(folder, 'report.json')
      const line = `"${process.execPath}" "$0" "$@" | true; exit "\${PIPESTATUS[0]}"`
      const argv = ['-c', line, join(checkout, 'harness/ovn-lab.mjs'), ...REPLAY, '--json', file]
      const { code } = await ovnLab(REPLAY)
      expect(await starting('bash', argv).ended).toEqual({ code, stdout: '', stderr: '' })
      expect((JSON.parse(await readFile(file, 'utf8')) as { lesson: string }).lesson).toBe(LESSON)
    }))
})

describe('flags npm keeps for itself', () => {
  it('npm run check LESSON --watch watches', async () => {
    const { code, stderr } = await npmRun(['check', LESSON, '--watch', '--', '--replay', RECORDED])
    expect(code).toBe(3)
    expect(stderr).toContain('--watch follows machines while they change')
  })

  it('npm run check LESSON --junit FILE writes the file', async () =>
    inFolder(async folder => {
      const file = join(folder, 'x.xml')
      await npmRun(['check', LESSON, `--replay=${RECORDED}`, '--junit', file])
      expect(await readFile(file, 'utf8')).toContain(`<testsuites name="${LESSON}" tests="`)
    }))

  it('two such flags cannot be told apart: the line to type is said', async () => {
    const { code, stderr } = await npmRun(['check', LESSON, '--junit', 'x.xml', '--json', 'y.json'])
    expect(code).toBe(3)
    expect(stderr).toContain(
      `npm kept --junit, --json for itself. Put -- before the arguments: npm run check -- ${LESSON} --junit … --json …\n`,
    )
  })
})

describe.skipIf(noLabReason !== '')(`what was seen once can be judged again${noLabReason}`, () => {
  let lab: HostileLab
  beforeAll(async () => {
    lab = await hostileLab('hostile-calls')
  })
  afterAll(() => lab?.down())

  it.each([
    ['all holds', 'true', 'true', 0],
    ['one claim fails', 'ip link set eth2 down', 'ip link set eth2 up', 1],
    ['one cannot be looked at', 'ip link set eth1 down', 'ip link set eth1 up', 2],
  ])('--record, then --replay, the same verdicts: %s', async (_, damage, mend, code) =>
    inFolder(async folder => {
      const file = join(folder, 'seen.json')
      const told = await lab.broken('controller', { damage, mend }, () => lab.told(['--record', file]))
      const again = await check(['--replay', file])
      expect(told.code).toBe(code)
      expect(again.code).toBe(code)
      for (const verdict of ['holds', 'fails', 'unknown', 'waits'] as const)
        expect(idsOf(again, verdict)).toEqual(idsOf(told, verdict))
      expect([...again.claims.values()].map(claim => claim.saw)).toEqual(
        [...told.claims.values()].map(claim => claim.saw),
      )
    }),
  )

  it('npm run check LESSON --lab=NAME --json=FILE is honoured', async () =>
    inFolder(async folder => {
      const file = join(folder, 'y.json')
      expect((await whole(lab)).code).toBe(0)
      expect((await npmRun(['check', LESSON, `--lab=${lab.name}`, `--json=${file}`])).code).toBe(0)
      expect((JSON.parse(await readFile(file, 'utf8')) as { lab: string }).lab).toBe(lab.name)
    }))
})
