import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { status } from '../embedded/index.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { paced } from '../testing/paced.ts'
import { partsHere, turnOf } from '../testing/part.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { ended, labsIn, proveCommand } from './command.testing.ts'
import type { jsonProof } from './tell-json.ts'
import { KINDS } from './trial.ts'

/** Where CI finds what it publishes (.github/workflows/ci.yml). */
const published = join(checkout, '.ci/out')
const report = (name: string) => join(published, name)

/** The matrices as they were printed, each from its head, whose tens stand above, to its legend. */
const matricesIn = (said: string) =>
  said.match(/(?:^[ \d]+\n)?^ +fault \\ claim[\s\S]*?^ +✘ fails first.*$/gm) ?? []

/** Of each row its name and where it fails first; what fails or waits behind that may be found out a moment later. */
const rowsIn = (matrix: string): [name: string, first: number][] =>
  matrix.split('\n').flatMap(row => {
    const [, name, cells] = /^ {2}([a-z0-9-]+) +([·✘x?⋯].*)$/.exec(row) ?? []
    return name && cells ? [[name, cells.indexOf('✘')] as [string, number]] : []
  })

/** So many of a proof's trials may have been late. */
const LATE_MAX = 4
const isTrial = ({ phase }: { phase: string }) => (KINDS as readonly string[]).includes(phase)

/** What is published about the course. */
const texts = ['README.md', ...readdirSync(join(checkout, 'docs')).map(name => join('docs', name))]
  .filter(name => name.endsWith('.md'))
  .map(name => readFileSync(join(checkout, name), 'utf8'))
  .join('\n')

/** A proof takes its labs away when it is told to end; a test that gave up leaves none. */
function proved(args: string[]): ReturnType<typeof ended> {
  const child = proveCommand(args)
  const end = ended(child)
  onTestFinished(async () => {
    child.kill('SIGINT')
    await end
  }, paced(120_000))
  return end
}

it.skipIf(noLabReason !== '')(
  `prove proves the course: every solution, and every fault, variation and lie, or those whose turn it is${noLabReason}`,
  async () => {
    mkdirSync(published, { recursive: true })
    const reports = Object.entries({ json: 'proof.json', junit: 'proof.junit.xml', html: 'matrix.html' })
    const parts = partsHere()
    const { code, said } = await proved([
      '--all',
      ...(parts > 1 ? ['--shard', `${turnOf(parts)}/${parts}`] : []),
      ...reports.flatMap(([kind, name]) => [`--${kind}`, report(name)]),
    ])
    writeFileSync(report('proof.txt'), said)
    const { lessons } = JSON.parse(readFileSync(report('proof.json'), 'utf8')) as ReturnType<typeof jsonProof>
    expect(lessons.map(({ lesson }) => lesson)).toEqual(lessonIds())
    const late: string[] = []
    for (const { lesson, findings, faults, variations, lies, misses, ...proof } of lessons) {
      expect(proof, lesson).toMatchObject({ flips: 0, partial: parts > 1 })
      expect(faults.total, lesson).toBeGreaterThanOrEqual(Math.floor(15 / parts))
      if (parts === 1) {
        expect(variations.total * lies.total, lesson).toBeGreaterThan(0)
        expect(findings.filter(({ phase }) => phase === 'solutions').length).toBeGreaterThanOrEqual(2)
      }
      // In a part of a few faults, one place that a busy machine had no time to look for is more than all may be.
      const missed = misses.map(({ fault }) => fault)
      const failed = findings.filter(({ id, verdict }) => verdict !== 'holds' || missed.includes(id))
      if (failed.length === 0) {
        expect(proof, lesson).toMatchObject({ verdict: 'holds', ...(parts === 1 && { unproven: [] }) })
        expect(faults.caught, lesson).toBe(faults.total)
        expect(variations.held, lesson).toBe(variations.total)
        expect(lies.caught, lesson).toBe(lies.total)
        continue
      }
      // Several labs on a slow machine may be late for one of many trials: what fails again by itself is wrong.
      expect(failed.length <= LATE_MAX && failed.every(isTrial), said).toBe(true)
      const trials = failed.map(({ id }) => id)
      const again = await proved([lesson, '--jobs', '1', ...trials.flatMap(id => ['--fault', id])])
      expect(again.code, `${said}\n${again.said}`).toBe(0)
      late.push(...trials)
    }
    expect(code).toBe(late.length > 0 ? 1 : 0)
    const junit = readFileSync(report('proof.junit.xml'), 'utf8')
    if (late.length === 0) expect(junit).toContain(' failures="0" errors="0"')
    expect(readFileSync(report('matrix.html'), 'utf8')).toContain('<caption>')
    expect(matricesIn(said)).toHaveLength(lessons.length)
    // Where a lie is seen through first, hangs on how much could be looked at.
    const faults = new Set(
      lessons.flatMap(({ findings }) =>
        findings.flatMap(({ phase, id }) => (phase === 'faults' ? [id] : [])),
      ),
    )
    const printed = matricesIn(said).map(matrix => new Map(rowsIn(matrix)))
    // Lessons share faults: what is published says of which it is.
    for (const [, day, matrix] of texts.matchAll(/<summary>Day (\d+): .*<\/summary>([\s\S]*?)<\/details>/g)) {
      const rows = printed[lessonIds().indexOf(`day-${day}`)]
      const known = rowsIn(matrix!).filter(
        ([name]) => rows!.has(name) && faults.has(name) && !late.includes(name),
      )
      expect(known.length).toBeGreaterThanOrEqual(Math.floor(15 / parts))
      expect(known).toEqual(known.map(([name]) => [name, rows!.get(name)]))
    }
    for (const lab of labsIn(said)) expect((await status(lab)).isUp, lab).toBe(false)
  },
)
