import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import lessonSchema from '../lesson/lesson.schema.json' with { type: 'json' }
import solutionSchema from '../lesson/solution.schema.json' with { type: 'json' }
import { loadManifest } from '../manifest/validate.ts'
import trialsSchema from '../prove/trials.schema.json' with { type: 'json' }
import { newLesson } from './new-lesson.ts'

const parent = mkdtempSync(join(tmpdir(), 'ovn-lab-new-'))
afterAll(() => rmSync(parent, { recursive: true }))

describe('a new lesson', () => {
  const folder = join(parent, 'day-09')

  it('is whole, and its files are valid', async () => {
    const files = await newLesson('day-09', parent)
    expect(files).toContain(join(folder, 'lesson.yaml'))
    await expect(loadManifest(join(folder, 'lesson.yaml'), lessonSchema)).resolves.toBeTruthy()
    for (const file of ['solution.yaml', 'solutions/plain.yaml'])
      await expect(loadManifest(join(folder, file), solutionSchema)).resolves.toBeTruthy()
    for (const file of ['faults/namespaces.yaml', 'variations/harmless.yaml', 'lies/networks.yaml'])
      await expect(loadManifest(join(folder, file), trialsSchema)).resolves.toBeTruthy()
  })

  it('is never written over one that is there', async () => {
    const before = readFileSync(join(folder, 'check.ts'), 'utf8')
    await expect(newLesson('day-09', parent)).rejects.toThrow(
      'The lesson day-09 exists already and stays unchanged.',
    )
    expect(readFileSync(join(folder, 'check.ts'), 'utf8')).toBe(before)
  })

  it('is refused where no folder can be made', async () => {
    await expect(newLesson('day-09', '/proc/lessons')).rejects.toThrow(
      /^Cannot write \/proc\/lessons\/day-09/,
    )
  })

  it('is called day-NN', async () => {
    await expect(newLesson('../evil', parent)).rejects.toBeInstanceOf(BadCall)
    expect(existsSync(join(parent, 'evil'))).toBe(false)
  })
})
