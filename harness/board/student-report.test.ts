import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { text } from '../core/text.ts'
import { closings } from './class.test-data.ts'
import { forStudent, withoutFolders, withoutGradersFolders } from './student-report.ts'

const verdictsOf = (closing: ReturnType<typeof forStudent>) =>
  closing?.stages.flatMap(({ claims }) => claims.map(({ judgement }) => judgement.verdict)) ?? []

it('with none there is no report, with full there is all of it', () => {
  expect(forStudent(closings.half, 'none')).toBeUndefined()
  expect(forStudent(closings.half, 'full')).toBe(closings.half)
})

it('with first nothing is said of what comes after the first claim that fails', () => {
  const told = verdictsOf(forStudent(closings.half, 'first'))
  expect(told.indexOf('fails')).toBe(told.length - 1)
  expect(told.length).toBeLessThan(verdictsOf(closings.half).length)
})

it.each([
  [
    '127.0.0.1 port 22 does not let root in with /home/teacher/keys/s02',
    '127.0.0.1 port 22 does not let root in with s02',
  ],
  ['/srv/class/work/s03/controller.sh: no such command', 'controller.sh: no such command'],
  [`${process.cwd()}/class.yaml and ${process.cwd()}/keys/s02`, 'class.yaml and s02'],
  ['see https://example.org/a/b and 10.0.2.0/24', 'see https://example.org/a/b and 10.0.2.0/24'],
])('no sentence says where the grader keeps files: %s', (sentence, told) => {
  expect(withoutFolders(text(sentence, sentence))).toEqual(text(told, told))
})

it('nor does one about folders whose names have blanks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'My class '))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'the keys'))
  const sentence = `no file ${folder}/the keys/s02 and none in '${folder}/class.yaml' or /srv/a/b`
  expect(withoutFolders(text(sentence, sentence)).en).toBe("no file s02 and none in 'class.yaml' or b")
})

it('of a check only what could not be looked at changes', () => {
  expect(withoutGradersFolders(closings.half)).toEqual(closings.half)
  const [stage, ...more] = closings.lost.stages
  const [first, ...others] = stage!.claims
  const judgement = { ...first!.judgement, verdict: 'unknown' as const, try: 'ssh -i /home/teacher/keys/s02' }
  const claims = [{ ...first!, judgement }, ...others]
  const told = withoutGradersFolders({ ...closings.lost, stages: [{ ...stage!, claims }, ...more] })
  expect(told.stages[0]!.claims[0]!.judgement.try).toBe('ssh -i s02')
})
