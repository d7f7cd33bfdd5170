import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { loadSubmission } from './load-submission.ts'

const lesson = await loadLesson('day-06')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovn-lab-submission-'))
})
afterEach(() => rm(folder, { recursive: true }))

const put = (name: string, content: string | Buffer) => writeFile(join(folder, name), content)
const load = () => loadSubmission(folder, lesson)
/** The sentence, with the folder called F. */
const refused = async () => {
  const thrown = await load().catch((error: unknown) => error)
  if (!(thrown instanceof BadCall)) return thrown
  return thrown.sentence.en.replaceAll(folder, 'F')
}

describe('a submission', () => {
  it('is a script for each node, the central one first, with Unix line ends whatever it was written with', async () => {
    await put('hypervisor.sh', 'b\n')
    await put('controller.sh', '\ufeffa\r\nb\r\n')
    await put('.DS_Store', Buffer.from([0, 1]))
    const { form, pieces } = await load()
    expect(form).toBe('scripts')
    expect(pieces).toEqual([
      { node: 'controller', file: 'controller.sh', line: 1, run: 'a\nb\n', stopsAtError: false },
      { node: 'hypervisor', file: 'hypervisor.sh', line: 1, run: 'b\n', stopsAtError: false },
    ])
  })

  it('may be of one node alone, and empty', async () => {
    await put('hypervisor.sh', '')
    expect((await load()).pieces).toEqual([])
  })

  it('is a solution.yaml in the order of the lesson, stages may be missing, and lines are those of the file', async () => {
    await put(
      'solution.yaml',
      'stages:\n  switch:\n    - on: controller\n      run: |\n        one\n        two\n  namespaces:\n    - { on: hypervisor, run: three }\n',
    )
    const { form, pieces } = await load()
    expect(form).toBe('solution')
    expect(pieces.map(({ node, line, run, stopsAtError }) => [node, line, run, stopsAtError])).toEqual([
      ['hypervisor', 8, 'three', true],
      ['controller', 5, 'one\ntwo\n', true],
    ])
  })

  it('has a digest of what is run, whatever is said about it', async () => {
    await put('controller.sh', 'a')
    const { digest } = await load()
    await put('submission.yaml', 'schema: 1\nlesson: day-06\n')
    expect((await load()).digest).toBe(digest)
    await put('controller.sh', 'b')
    expect((await load()).digest).not.toBe(digest)
  })

  it('says when it was collected', async () => {
    await put('controller.sh', 'a')
    await put('submission.yaml', 'schema: 1\nlesson: day-06\ntakenAt: 2026-12-01T15:59:00.000Z\n')
    expect(await load()).toMatchObject({ takenAt: '2026-12-01T15:59:00.000Z' })
    await put('submission.yaml', 'schema: 1\nlesson: day-06\ntakenAt: before the deadline\n')
    expect(await refused()).toContain('F/submission.yaml:3:10: `takenAt`')
  })
})

describe('a submission that cannot be run as it was meant', () => {
  it('has no folder, or nothing in it, or both forms', async () => {
    expect(await loadSubmission(join(folder, 'no'), lesson).catch(thrown => thrown.sentence.en)).toMatch(
      /no: there is no such folder$/,
    )
    expect(await refused()).toBe('F: contains neither scripts (NODE.sh) nor solution.yaml')
    await put('controller.sh', 'a')
    await put('solution.yaml', 'stages: { switch: [] }')
    expect(await refused()).toBe('F: contains solution.yaml and controller.sh: hand in one or the other')
  })

  it('has a file of another name; the nearest is named', async () => {
    await put('controler.sh', 'a')
    expect(await refused()).toMatch(
      /^F\/controler\.sh: no file of this name .* did you mean controller\.sh\?/,
    )
  })

  it('has a link, a pipe or a folder in place of a file, and neither is followed nor waited for', async () => {
    await symlink('/etc/passwd', join(folder, 'controller.sh'))
    expect(await refused()).toBe('F/controller.sh: is a link or a folder, not a plain file')
    await rm(join(folder, 'controller.sh'))
    execFileSync('mkfifo', [join(folder, 'controller.sh')])
    expect(await refused()).toBe('F/controller.sh: is a link or a folder, not a plain file')
    await rm(join(folder, 'controller.sh'))
    await mkdir(join(folder, 'controller.sh'))
    expect(await refused()).toBe('F/controller.sh: is a link or a folder, not a plain file')
  })

  it('is too large, or no text', async () => {
    await put('controller.sh', 'a'.repeat(256 * 1024 + 1))
    expect(await refused()).toBe('F/controller.sh: has 262145 bytes; 262144 are the limit')
    await put('controller.sh', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]))
    expect(await refused()).toBe('F/controller.sh: is not a text in UTF-8')
    await put('controller.sh', Buffer.from([0xff, 0xfe, 0x61]))
    expect(await refused()).toBe('F/controller.sh: is not a text in UTF-8')
  })

  it('has a solution.yaml with other stages, nodes or keys: by line and column', async () => {
    await put('solution.yaml', 'stages:\n  swich:\n    - { on: controller, run: a }\n')
    expect(await refused()).toMatch(
      /^F\/solution\.yaml:\d:\d+: there is no stage "swich"; did you mean "switch"\?/,
    )
    await put('solution.yaml', 'stages:\n  switch:\n    - { on: controler, run: a }\n')
    expect(await refused()).toMatch(
      /^F\/solution\.yaml:3:13: there is no node "controler"; did you mean "controller"\?/,
    )
    await put('solution.yaml', 'stages:\n  switch:\n    - { on: controller, rum: a }\n')
    expect(await refused()).toBe('F/solution.yaml:3:25: unknown key `rum`; did you mean `run`?')
    await put('solution.yaml', 'stages: [\n')
    expect(await refused()).toMatch(/^F\/solution\.yaml:\d:\d: this is not valid YAML/)
  })

  it('is for another lesson', async () => {
    await put('controller.sh', 'a')
    await put('submission.yaml', 'schema: 1\nlesson: day-04\n')
    expect(await refused()).toBe('F/submission.yaml:2:9: this was handed in for day-04, not for day-06')
  })
})
