import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BadCall } from '../core/errors.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import type { Machine } from '../ssh/machine.ts'
import { findTyped, writeSubmission } from './collect.ts'
import { loadSubmission } from './load-submission.ts'

const lesson = await loadLesson('day-06')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovn-lab-collect-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A node whose histories are these. */
const machine = (vagrant: string, root: string, openShells = 0) =>
  Promise.resolve({
    run: async () => ({
      code: 0,
      stdout: Buffer.from(`${vagrant}\n\u0001${root}\n\u0001${openShells}\n`),
      stderr: '',
    }),
  } as unknown as Machine)
const collected = async (controller: Promise<Machine>, hypervisor: Promise<Machine>) => {
  const machines = new Map([
    ['hypervisor', hypervisor],
    ['controller', controller],
  ])
  const found = await findTyped(machines, lesson)
  return writeSubmission(join(folder, 'out'), found, lesson, { lab: 'mine', lang: 'en' })
}
const read = (name: string) => readFile(join(folder, 'out', name), 'utf8')

describe('what was typed on a learner’s machines', () => {
  it('becomes scripts that can be handed in, in the order in which it was typed by both users', async () => {
    const written = await collected(
      machine(
        '#1700000003\nsudo ovn-nbctl ls-add ls0\n#1700000004\nls\n',
        '#1700000001\ncreate-ns ns1 192.168.10.100\n',
      ),
      machine('', '#1700000002\ncreate-ns ns2 192.168.10.200\n', 1),
    )
    expect([written.isOrdered, written.isTemplate]).toEqual([true, false])
    expect([...written.found].map(([node, { of, openShells }]) => [node, of, openShells])).toEqual([
      ['controller', 3, 0],
      ['hypervisor', 1, 1],
    ])
    const { pieces } = await loadSubmission(join(folder, 'out'), lesson)
    expect(pieces.map(({ node, run }) => [node, run.split('\n').filter(line => /^\w/.test(line))])).toEqual([
      ['controller', ['create-ns ns1 192.168.10.100']],
      ['hypervisor', ['create-ns ns2 192.168.10.200']],
      ['controller', ['sudo ovn-nbctl ls-add ls0']],
    ])
    expect(await read('submission.yaml')).toContain('controller:\n    commands: 2\n    of: 3\n')
  })

  it('is nothing yet: then the stages of the lesson are there to be filled in', async () => {
    const written = await collected(machine('', ''), machine('ls\n', ''))
    expect(written.isTemplate).toBe(true)
    expect(await read('hypervisor.sh')).toContain('# part: namespaces\n')
    expect((await loadSubmission(join(folder, 'out'), lesson)).pieces).toEqual([])
  })

  it('never overwrites what may have been edited', async () => {
    await collected(machine('', 'ip netns add a\n'), machine('', ''))
    const before = await read('controller.sh')
    const thrown = await collected(machine('', 'ip netns add b\n'), machine('', '')).catch(error => error)
    expect((thrown as BadCall).sentence.en).toMatch(/has files already/)
    expect(await read('controller.sh')).toBe(before)
    expect(await readdir(join(folder, 'out'))).toHaveLength(3)
  })
})
