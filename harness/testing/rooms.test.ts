import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { ROOMS } from './rooms.ts'

/** Code of tests may look at anything. */
const isOfTests = (file: string) => /\.test\.|\.testing\.|\.test-data\.|\/testing\//.test(file)
const files = ['harness', 'checks', 'lessons']
  .flatMap(top =>
    readdirSync(join(checkout, top), { recursive: true, encoding: 'utf8' }).map(file => join(top, file)),
  )
  .filter(file => /\.tsx?$/.test(file) && !isOfTests(file))

/** The innermost room a file is in. */
const roomOf = (file: string) =>
  [...ROOMS].sort((a, b) => b.length - a.length).find(room => file.startsWith(`${room}/`))

it('every file is in a room, and every room has files', () => {
  expect(files.filter(file => roomOf(file) === undefined)).toEqual([])
  const used = new Set(files.map(roomOf))
  expect(ROOMS.filter(room => !used.has(room))).toEqual([])
})

it('imports go from the top to the bottom', () => {
  const wrong = files.flatMap(file => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(checkout, file), 'utf8'), true, true)
    const imported = importedFiles
      .filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => join(dirname(file), fileName))
    return imported.filter(other => levelOf(other) > levelOf(file)).map(other => `${file} imports ${other}`)
  })
  expect(wrong).toEqual([])
})

/** Files of the top level, such as package.json, are below all rooms. */
function levelOf(file: string): number {
  return ROOMS.indexOf(roomOf(file) as (typeof ROOMS)[number])
}

it('the house is described room by room, and no other', () => {
  const page = readFileSync(join(checkout, 'docs/CONTRIBUTING.md'), 'utf8')
  const described = [...page.matchAll(/^\| `((?:harness|checks)[\w/-]*)` \|/gm)].map(([, room]) => room)
  const extra = ['harness/embedded/qemu', 'harness/provision', 'harness/testing']
  expect(described.sort()).toEqual([...ROOMS, ...extra].filter(room => room !== 'lessons').sort())
})

it('every verb and every sentence of a path that a lesson can say is described, and no other', () => {
  const [page, index, ...makers] = [
    'docs/CONTRIBUTING.md',
    'checks/index.ts',
    // Where paths are made, with the sentences that a lesson says of them.
    'checks/traffic/through.ts',
    'checks/traffic/through-gateway.ts',
    'checks/traffic/through-localport.ts',
    'checks/traffic/leased.ts',
    'checks/traffic/autoconfigured.ts',
    'checks/traffic/serving.ts',
  ].map(file => readFileSync(join(checkout, file), 'utf8')) as [string, string, ...string[]]
  const paths = makers.join('\n')
  const cells = [...page.matchAll(/^\| (`[.\w]+\(.*?) \|/gm)].map(([, cell]) => cell!).join()
  const names = (text: string, pattern: RegExp) => [
    ...new Set([...text.matchAll(pattern)].map(([, name]) => name!)),
  ]
  const verbs = [...index.matchAll(/^export \{ (.*) \} from '\.\/state\//gm)].flatMap(([, found]) =>
    found!.split(', '),
  )
  expect(names(cells, /`(\w+)\(lab/g).sort()).toEqual(verbs.sort())
  expect(names(cells, /`\.(\w+)\(/g).sort()).toEqual(
    names(paths, /^ {4}(\w+):(?= \(| about| withAll|$)/gm).sort(),
  )
})
