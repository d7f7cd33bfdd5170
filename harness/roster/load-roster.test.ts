import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import type { Lang } from '../core/text.ts'
import { loadRoster } from './load-roster.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl0i1iu9EHRPmGCTHlAIy2b2n9qxHMb4Sv8aDkJh3kU'
const FINGERPRINT = `SHA256:${'A'.repeat(43)}`
const handedInAt = '2026-12-01T23:59+08:00'
const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-roster-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (content: string, name = 'class.yaml'): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

/** What a roster with these students, one a line from line 4, is refused with, without the folder in front. */
const refusals = (students: string[], rest = 'lesson: day-06', lang?: Lang): Promise<string[]> =>
  refusalsOf(write(`schema: 1\n${rest}\nstudents:\n${students.map(line => `- ${line}\n`).join('')}`), lang)

async function refusalsOf(file: string, lang: Lang = 'en'): Promise<string[]> {
  const error: BadCall = await loadRoster(file).catch(thrown => thrown)
  expect(error).toBeInstanceOf(BadCall)
  return error.sentence[lang].replaceAll(`${folder}/`, '').split('\n')
}

/** How a machine is reached, by a roster that leaves the rest out. */
const at = (host: string, more: object) => ({ host, port: 22, user: 'vagrant', ...more })

describe('loadRoster', () => {
  it('reads who is graded and how each is reached, paths absolute and jump hosts found by name', async () => {
    const file = write(`# yaml-language-server: $schema=roster.schema.json
schema: 1
lessons: [day-06, day-04]
jumps:
  bastion: { host: gate.example, port: 2222, user: me, identityFile: ~/.ssh/gate, hostKey: ${KEY} me@gate }
students:
  - { id: s01, name: "Student One", lab: alice }
  - id: s02
    name: "<b>王\\e[31m小明"
    nodes:
      controller: { host: 127.0.0.1, port: 2201, identityFile: keys/s02, hostKey: "${FINGERPRINT}" }
      hypervisor: { host: 10.0.0.2, user: root, jump: bastion }
  - { id: s03, submission: work/s03/, handedInAt: "${handedInAt}" }
  - id: s04
    nodes: { only: { host: 10.0.0.2, jump: { host: other.example, hostKey: "ssh-rsa ${FINGERPRINT}" } } }
`)
    const roster = await loadRoster(file)
    expect(roster).toEqual({
      ...{ file, lessons: ['day-06', 'day-04'] },
      lessonPlaces: { 'day-06': `${file}:3:11`, 'day-04': `${file}:3:19` },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      students: [
        { id: 's01', name: 'Student One', work: { kind: 'lab', lab: 'alice' } },
        {
          id: 's02',
          name: '<b>王\u001b[31m小明',
          work: {
            kind: 'nodes',
            nodes: {
              controller: at('127.0.0.1', {
                port: 2201,
                identityFile: join(folder, 'keys/s02'),
                hostKey: FINGERPRINT,
              }),
              hypervisor: at('10.0.0.2', {
                user: 'root',
                jump: at('gate.example', {
                  port: 2222,
                  user: 'me',
                  identityFile: join(homedir(), '.ssh/gate'),
                  hostKey: `${KEY} me@gate`,
                }),
              }),
            },
          },
        },
        {
          id: 's03',
          name: 's03',
          work: { kind: 'submission', folder: join(folder, 'work/s03'), handedInAt },
        },
        {
          id: 's04',
          name: 's04',
          work: {
            kind: 'nodes',
            nodes: {
              only: at('10.0.0.2', { jump: at('other.example', { hostKey: `ssh-rsa ${FINGERPRINT}` }) }),
            },
          },
        },
      ],
    })
  })

  it('needs no lesson', async () => {
    const file = write('schema: 1\nstudents: [{ id: a, lab: a }]\n')
    expect((await loadRoster(file)).lessons).toEqual([])
  })

  const nodes = (one: string, other = '{ host: b }') => `{ id: s1, nodes: { c: ${one}, h: ${other} } }`

  it.each<[string, string[], string[], string?]>([
    ['a misspelt key', ['{ id: s1, labs: x }'], ['class.yaml:4:13: unknown key `labs`; did you mean `lab`?']],
    [
      'a misspelt key of an address',
      [nodes('{ hots: a }')],
      ['class.yaml:4:27: unknown key `hots`; did you mean `host`?'],
    ],
    [
      'the same id twice, whatever its case',
      ['{ id: s1, lab: a }', '{ id: s1, lab: b }', '{ id: S1, lab: c }'],
      [
        'class.yaml:5:9: two students have the id `s1`',
        'class.yaml:6:9: two students have ids that differ only in upper and lower case: `s1` and `S1`',
      ],
    ],
    [
      'one lab of two students',
      ['{ id: s1, lab: a }', '{ id: s2, lab: a }'],
      ['class.yaml:5:18: lab `a` is that of student `s1` already'],
    ],
    [
      'one machine of two students, whatever user and case',
      [
        '{ id: s1, nodes: { c: { host: Lab, port: 2201 } } }',
        '{ id: s2, nodes: { h: { host: lab, port: 2201, user: root } } }',
        '{ id: s3, nodes: { h: { host: lab, port: 2202 } } }',
      ],
      ['class.yaml:5:22: lab port 2201 is that of student `s1` already'],
    ],
    [
      'one machine behind one jump host, named or not; another jump host leads elsewhere',
      [
        '{ id: s1, nodes: { c: { host: a, jump: bastion } } }',
        '{ id: s2, nodes: { c: { host: a, jump: { host: gate } } } }',
        '{ id: s3, nodes: { c: { host: a, jump: { host: gate2 } } } }',
      ],
      ['class.yaml:5:22: a port 22 is that of student `s1` already'],
      'jumps: { bastion: { host: gate } }',
    ],
    [
      'one folder of two students',
      ['{ id: s1, submission: work/a }', '{ id: s2, submission: ./work/a/ }'],
      ['class.yaml:5:25: the folder work/a is that of student `s1` already'],
    ],
    [
      'one machine as both nodes',
      [nodes('{ host: b }')],
      ['class.yaml:4:38: `h` is the same machine as `c`: b port 22'],
    ],
    ...['a b', '../a', '.hidden', '-rf', 'a/b', '王', ''].map((id): [string, string[], string[]] => [
      `the id ${JSON.stringify(id)}`,
      [`{ id: ${JSON.stringify(id)}, lab: a }`],
      [
        'class.yaml:4:9: `id` does not look right, it is: letters, digits, dots, dashes and underscores, at most 64, first a letter or a digit, and not 0 alone',
      ],
    ]),
    [
      'an id of digits without quotes',
      ['{ id: 0012, lab: a }', '{ id: 1.5, lab: b }'],
      [
        'class.yaml:4:9: YAML reads this `id` as a number, without its leading zeros: put it in quotes',
        'class.yaml:5:9: YAML reads this `id` as a number, without its leading zeros: put it in quotes',
      ],
    ],
    ['no id', ['{ lab: a }'], ['class.yaml:4:3: entry 1 of `students` has no `id`']],
    [
      'two ways to a student',
      ['{ id: s1, lab: a, submission: b }'],
      ['class.yaml:4:33: either `lab` or `submission`, not both'],
    ],
    [
      'a moment for work that was not handed in, or one that never was',
      [
        '{ id: s1, lab: a, handedInAt: 2026-12-01T23:59Z }',
        '{ id: s2, submission: b, handedInAt: 2026-13-01T23:59Z }',
      ],
      [
        'class.yaml:4:33: `handedInAt` is for a `submission` only',
        'class.yaml:5:40: there is no moment 2026-13-01T23:59Z',
      ],
    ],
    [
      'no way to a student',
      ['{ id: s1, name: One }'],
      ['class.yaml:4:3: student `s1` has no machines: write one of `lab`, `nodes` and `submission`'],
    ],
    [
      'a jump host that nobody named',
      [nodes('{ host: a, jump: bastoin }')],
      ['class.yaml:4:42: `jumps` has no `bastoin`; did you mean `bastion`?'],
      'jumps: { bastion: { host: gate } }',
    ],
    [
      'a jump host where none is named',
      [nodes('{ host: a, jump: constructor }')],
      ['class.yaml:4:42: `jumps` has no `constructor`: name it there, or write its address here'],
    ],
    [
      'a jump host over itself, once for all who use it',
      [nodes('{ host: a, jump: one }'), nodes('{ host: c, jump: one }').replace('s1', 's2')],
      [
        'class.yaml:2:32: the way to `two` leads through `two` itself',
        'class.yaml:2:61: the way to `one` leads through `one` itself',
      ],
      'jumps: { one: { host: a, jump: two }, two: { host: b, jump: one } }',
    ],
    [
      'a jump host that is neither a name nor an address',
      [nodes('{ host: a, jump: [x] }')],
      ['class.yaml:4:42: `jump` must be a mapping (key: value)'],
    ],
    [
      'a host key or a fingerprint that was cut off',
      [
        nodes(`{ host: a, hostKey: ${KEY.slice(0, -8)} }`),
        nodes('{ host: c, hostKey: "SHA256:abc" }').replace('s1', 's2'),
      ],
      [
        'class.yaml:4:45: this host key is cut off or damaged: copy the whole line',
        'class.yaml:5:45: this host key is cut off or damaged: copy the whole line',
      ],
    ],
    [
      'a lesson and lessons',
      ['{ id: s1, lab: a }'],
      ['class.yaml:2:10: either `lesson` or `lessons`, not both'],
      'lessons: [day-06]\nlesson: day-06',
    ],
    ['no students', [], ['class.yaml:3:10: `students` must be a list']],
    [
      'a name without end',
      [`{ id: s1, lab: a, name: ${'x'.repeat(501)} }`],
      ['class.yaml:4:27: `name` must have at most 500 characters'],
    ],
  ])('refuses %s', async (_, students, sentences, rest) => {
    expect(await refusals(students, rest)).toEqual(sentences)
  })

  it('speaks both languages', async () => {
    const sentences = await refusals(['{ id: s1, lab: a }', '{ id: s2, lab: a }'], undefined, 'zh-TW')
    expect(sentences).toEqual(['class.yaml:5:18：實驗環境 `a` 已經屬於學生 `s1`'])
  })
})
