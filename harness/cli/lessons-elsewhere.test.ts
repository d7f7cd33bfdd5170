import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-mine-'))
afterAll(() => rmSync(folder, { recursive: true }))
const lessons = join(folder, 'mine')

const ovnLab = (...words: string[]) =>
  spawnSync(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C', LC_ALL: '' },
    cwd: folder,
  })
const check = (recording: string) => {
  const replay = join(checkout, 'lessons/day-06/recordings', `${recording}.json`)
  return ovnLab('check', 'day-99', '--lessons', 'mine', '--replay', replay, '--json', 'report.json')
}

describe('a lesson in a folder elsewhere', () => {
  it('is created there with all it needs, and judged by our own verbs', () => {
    const made = ovnLab('new', 'day-99', '--lessons', 'mine')
    expect(made.stdout).toContain(join(lessons, 'day-99/check.ts'))
    expect(made.stdout).toContain('npm run prove -- day-99 --lessons mine')
    expect(readFileSync(join(lessons, 'day-99/check.ts'), 'utf8')).toContain("from 'ovn-lab/checks/index.ts'")
    expect(JSON.parse(readFileSync(join(lessons, 'tsconfig.json'), 'utf8'))).toHaveProperty('extends')

    expect(check('namespaces').status).toBe(0)
    // An error of ours is known for what it is: a verdict, not a bug.
    const { status, stdout } = check('untouched')
    expect([status, stdout]).toEqual([1, expect.stringContaining('no namespace ns1')])
    expect(stdout).toMatch(/npm run check -- day-99 .*--lessons mine/)
  })

  it('may be written as those of the course are', () => {
    const file = join(lessons, 'day-99/check.ts')
    ovnLab('new', 'day-99', '--lessons', 'mine')
    appendFileSync(file, "export { machines } from '../_course/proofs.ts'\n")
    expect(check('namespaces').status).toBe(0)
    appendFileSync(file, 'oh no\n')
    expect(check('namespaces')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('mine/day-99/check.ts:9:4: Expected ";"'),
    })
  })

  it('may have verbs of its own, which throw our errors, and are made of nothing that is not built for that', () => {
    const own = join(lessons, 'day-99/checks/own.ts')
    mkdirSync(dirname(own), { recursive: true })
    const imports = "import { Unmet, text } from '../../../checks/for-verbs.ts'\n"
    const verb = `export const fails = () => {
  throw new Unmet({ expected: text('x', 'x'), saw: text('what a verb saw', 'y'), where: 'z', tryThis: 'true' })
}
`
    writeFileSync(own, imports + verb)
    writeFileSync(
      join(lessons, 'day-99/check.ts'),
      "import { fails } from './checks/own.ts'\nexport default { 'ns1-address': fails }\n",
    )
    expect(check('namespaces')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('what a verb saw'),
    })
    writeFileSync(own, imports.replace('checks/for-verbs', 'harness/core/errors') + verb)
    expect(check('namespaces')).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(
        /own\.ts:1:\d+: \S+errors\.ts cannot be imported here; of ovn-lab, a lesson can import .*checks\/for-verbs\.ts/,
      ),
    })
  })

  it('is one of those in that folder alone', () => {
    expect(ovnLab('check', 'day-06', '--lessons', 'mine')).toMatchObject({
      status: 3,
      stderr: 'There is no lesson "day-06". Did you mean "day-99"? Lessons: day-99.\n',
    })
    expect(ovnLab('check', 'day-06', '--lessons', 'none')).toMatchObject({
      status: 3,
      stderr: `There are no lessons in ${join(folder, 'none')}. Create one: npm run new -- day-99 --lessons ${join(folder, 'none')}\n`,
    })
  })
})
