import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadCall } from '../judge/errors.ts'
import { loadFaults } from './load-faults.ts'
import { lesson } from './sample.test-data.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'))
  mkdirSync(join(folder, 'faults'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, words: string) => writeFileSync(join(folder, 'faults', name), words)
const load = () => loadFaults({ ...lesson, folder }, ['controller', 'hypervisor'])
const fault = ({ id = 'one', on = 'controller', fails = '[mapping]' } = {}) => `  - id: ${id}
    mistake: { en: Wrong, zh-TW: 錯了 }
    do: [{ on: ${on}, run: "true" }]
    repair: [{ on: controller, run: "true" }]
    fails: ${fails}
    link: controller · eth2
`

async function refused(): Promise<string[]> {
  const thrown = await load().then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(thrown).toBeInstanceOf(BadCall)
  return (thrown as BadCall).sentence.en.replaceAll(join(folder, 'faults/'), '').split('\n')
}

describe('the faults of a lesson', () => {
  it('come from all files, and fail their claims in the lesson’s order', async () => {
    write('b.yaml', `faults:\n${fault({ id: 'two', fails: '[ping, switch]' })}`)
    write('a.yaml', `faults:\n${fault()}`)
    expect((await load()).map(({ id, fails }) => [id, fails])).toEqual([
      ['one', ['mapping']],
      ['two', ['switch', 'ping']],
    ])
  })

  it('are none where there is no folder', async () => {
    rmSync(join(folder, 'faults'), { recursive: true })
    expect(await load()).toEqual([])
  })

  it('are refused with place and nearest word: claims, nodes, ids used twice in two files', async () => {
    write('a.yaml', `faults:\n${fault({ fails: '[mapping, swich]', on: 'controler' })}`)
    write('b.yaml', `faults:\n${fault({ fails: '[no-such-thing]' })}`)
    expect(await refused()).toEqual([
      'a.yaml:6:22: there is no claim `swich`; did you mean `switch`?',
      'a.yaml:4:16: there is no node `controler`; did you mean `controller`?',
      'b.yaml:2:9: the id `one` is used twice in this lesson',
      'b.yaml:6:13: there is no claim `no-such-thing`',
    ])
  })

  it('are refused where the schema is not met', async () => {
    write('a.yaml', `faults:\n${fault().replace('repair', 'repairs')}`)
    expect(await refused()).toEqual(['a.yaml:5:5: unknown key `repairs`; did you mean `repair`?'])
  })
})
