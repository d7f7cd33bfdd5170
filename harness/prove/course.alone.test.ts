import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { status } from '../embedded/index.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { root } from '../root.ts'
import { paced } from '../testing/paced.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { ended, labsIn, proveCommand } from './command.testing.ts'
import type { jsonProof } from './tell-json.ts'

/** Where CI finds what it publishes (.github/workflows/ci.yml). */
const published = join(root, '.ci/out')
const report = (name: string) => join(published, name)

/** The matrices as they were printed, each from its head, whose tens stand above, to its legend. */
const matricesIn = (said: string) =>
  said.match(/(?:^[ \d]+\n)?^ +fault \\ claim[\s\S]*?^ +✘ fails first.*$/gm) ?? []
const figuresIn = (said: string) => said.match(/\d+ of \d+ faults caught(?=; )/g) ?? []

/** Of each row its name and where it fails first; what fails or waits behind that may be found out a moment later. */
const rowsIn = (matrix: string) =>
  matrix.split('\n').map(row => `${row.trim().split(/ {2,}|\s(?=[·✘x?⋯])/)[0]} ${row.indexOf('✘')}`)

/** What is published about the course. */
const texts = ['README.md', ...readdirSync(join(root, 'docs')).map(name => join('docs', name))]
  .filter(name => name.endsWith('.md'))
  .map(name => readFileSync(join(root, name), 'utf8'))
  .join('\n')

it.skipIf(noLabReason !== '')(
  `prove proves the course: every solution, every fault, variation and lie, every claim${noLabReason}`,
  async () => {
    mkdirSync(published, { recursive: true })
    const reports = Object.entries({ json: 'proof.json', junit: 'proof.junit.xml', html: 'matrix.html' })
    const child = proveCommand(['--all', ...reports.flatMap(([kind, name]) => [`--${kind}`, report(name)])])
    const end = ended(child)
    // It takes its labs away when it is told to end; a test that gave up leaves none.
    onTestFinished(async () => {
      child.kill('SIGINT')
      await end
    }, paced(120_000))
    const { code, said } = await end
    writeFileSync(report('proof.txt'), said)
    const { lessons } = JSON.parse(readFileSync(report('proof.json'), 'utf8')) as ReturnType<typeof jsonProof>
    expect(lessons.map(({ lesson }) => lesson)).toEqual(lessonIds())
    for (const { lesson, findings, faults, variations, lies, ...proof } of lessons) {
      const failed = findings.filter(({ verdict }) => verdict !== 'holds')
      expect(failed, said).toEqual([])
      expect(proof, lesson).toMatchObject({ verdict: 'holds', flips: 0, unproven: [], partial: false })
      expect(faults.total, lesson).toBeGreaterThanOrEqual(20)
      expect(faults.caught, lesson).toBe(faults.total)
      expect(variations.held, lesson).toBe(variations.total)
      expect(lies.caught, lesson).toBe(lies.total)
      expect(findings.filter(({ phase }) => phase === 'solutions').length).toBeGreaterThanOrEqual(2)
    }
    expect(code).toBe(0)
    expect(readFileSync(report('proof.junit.xml'), 'utf8')).toContain(' failures="0" errors="0"')
    expect(readFileSync(report('matrix.html'), 'utf8')).toContain('<caption>')
    expect(matricesIn(said)).toHaveLength(lessons.length)
    expect(matricesIn(texts).map(rowsIn)).toEqual(matricesIn(said).map(rowsIn))
    for (const told of figuresIn(said)) expect(texts).toContain(told)
    for (const lab of labsIn(said)) expect((await status(lab)).isUp, lab).toBe(false)
  },
)
