import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { status } from '../embedded/index.ts'
import { root } from '../root.ts'
import { paced } from '../testing/paced.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { ended, labsIn, proveCommand } from './command.testing.ts'
import type { jsonProof } from './tell-json.ts'

/** Where CI finds what it publishes (.github/workflows/ci.yml). */
const published = join(root, '.ci/out')
const report = (name: string) => join(published, name)

/** The matrix as it was printed, from its head to its legend. */
const matrixIn = (said: string) => /^ +1 1 1[\s\S]*?^ +✘ fails first.*$/m.exec(said)?.[0]
const figuresIn = (said: string) => /^ +(\d+ of \d+ faults caught); /m.exec(said)?.[1]

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
    const { lessons } = JSON.parse(readFileSync(report('proof.json'), 'utf8')) as ReturnType<typeof jsonProof>
    const proof = lessons.find(({ lesson }) => lesson === 'day-06')
    const failed = proof?.findings.filter(({ verdict }) => verdict !== 'holds')
    expect(failed, said).toEqual([])
    expect(proof).toMatchObject({
      lesson: 'day-06',
      verdict: 'holds',
      flips: 0,
      unproven: [],
      partial: false,
    })
    expect(proof?.faults.total).toBeGreaterThanOrEqual(30)
    expect(proof?.faults.caught).toBe(proof?.faults.total)
    expect(proof?.variations.total).toBeGreaterThanOrEqual(30)
    expect(proof?.variations.held).toBe(proof?.variations.total)
    expect(proof?.lies.total).toBeGreaterThanOrEqual(10)
    expect(proof?.lies.caught).toBe(proof?.lies.total)
    expect(proof?.findings.filter(({ phase }) => phase === 'solutions').length).toBeGreaterThanOrEqual(2)
    expect(code).toBe(0)
    expect(readFileSync(report('proof.junit.xml'), 'utf8')).toContain(' failures="0" errors="0"')
    expect(readFileSync(report('matrix.html'), 'utf8')).toContain('<caption>')
    const figures = readFileSync(join(root, 'docs/FIGURES.md'), 'utf8')
    expect(figures).toContain(matrixIn(said))
    expect(figures).toContain(figuresIn(said))
    for (const lab of labsIn(said)) expect((await status(lab)).isUp, lab).toBe(false)
  },
)
