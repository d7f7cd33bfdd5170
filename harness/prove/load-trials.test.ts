import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { loadTrials } from './load-trials.ts'
import { lesson } from './sample.test-data.ts'
import { KINDS } from './trial.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trials-'))
  for (const kind of KINDS) mkdirSync(join(folder, kind))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, words: string, kind = 'faults') => writeFileSync(join(folder, kind, name), words)
const load = () => loadTrials({ ...lesson, folder }, ['controller', 'hypervisor'])
const fault = ({ id = 'one', on = 'controller', fails = '[mapping]' } = {}) => `  - id: ${id}
    mistake: { en: Wrong, zh-TW: 錯了 }
    do: [{ on: ${on}, run: "true" }]
    repair: [{ on: controller, run: "true" }]
    fails: ${fails}
    where: controller · eth2
`

async function refused(): Promise<string[]> {
  const thrown = await load().then(
    () => undefined,
    (problem: unknown) => problem,
  )
  expect(thrown).toBeInstanceOf(BadCall)
  return (thrown as BadCall).sentence.en.replaceAll(`${folder}/`, '').replaceAll('faults/', '').split('\n')
}

describe('the faults of a lesson', () => {
  it('come from all files, and fail their claims in the lesson’s order', async () => {
    write('b.yaml', `faults:\n${fault({ id: 'two', fails: '[ping, switch]' })}`)
    write('a.yaml', `faults:\n${fault()}`)
    expect((await load()).map(one => [one.id, one.kind === 'faults' && one.fails])).toEqual([
      ['one', ['mapping']],
      ['two', ['switch', 'ping']],
    ])
  })

  it('are tried where what they name is solved: without extra stages, or with them, or where they say', async () => {
    const [only] = lesson.stages
    const more = { ...only!, id: 'more', extra: true, claims: [{ ...only!.claims[0]!, id: 'bonus' }] }
    const stages = [only!, more]
    write('a.yaml', `faults:\n${fault()}${fault({ id: 'two', fails: '[bonus]' })}`)
    write('b.yaml', `faults:\n${fault({ id: 'three' })}    at: more\n`)
    const trials = await loadTrials({ ...lesson, stages, folder }, ['controller'])
    expect(trials.map(({ id, at }) => [id, at])).toEqual([
      ['one', 'only'],
      ['two', 'more'],
      ['three', 'more'],
    ])
    write('c.yaml', `faults:\n${fault({ id: 'four' })}    at: onyl\n`)
    expect(await refused()).toContain('c.yaml:8:9: there is no stage `onyl`; did you mean `only`?')
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

  it('that are shared and excepted need no values; an exception that is no id of them is refused', async () => {
    const used = (ids: string) => write('a.yaml', `faults:\n  - use: switch\n    except: [${ids}]\n`)
    used(
      'duplicate-mac, port-on-another-switch, addresses-of-a-router-port, port-of-another-type, northd-paused',
    )
    expect(await load()).toEqual([])
    used('duplicat-mac, port-on-another-switch')
    expect(await refused()).toEqual([
      'a.yaml:3:14: there is no shared id `duplicat-mac`; did you mean `duplicate-mac`?',
    ])
  })

  const steps = 'do: [{ on: controller, run: "true" }], repair: [{ on: hypervisor, run: "true" }]'
  const words = '{ en: Done, zh-TW: 做了 }'

  it('are beside variations and lies, each in its folder, and are told in this order', async () => {
    write('a.yaml', `lies:\n  - { id: three, lie: ${words}, ${steps}, mustNotHold: [ping] }`, 'lies')
    write(
      'a.yaml',
      `variations:\n  - { id: two, variation: ${words}, ${steps}, mayBeUnknown: ${words} }`,
      'variations',
    )
    write('a.yaml', `faults:\n${fault()}`)
    expect(await load()).toMatchObject([
      { kind: 'faults', id: 'one', title: { en: 'Wrong' } },
      { kind: 'variations', id: 'two', title: { en: 'Done' }, mayBeUnknown: { en: 'Done' } },
      { kind: 'lies', id: 'three', title: { en: 'Done' }, mustNotHold: ['ping'] },
    ])
  })

  it('share their ids with the other kinds, whose claims are known as well', async () => {
    write('a.yaml', `faults:\n${fault()}`)
    write('a.yaml', `lies:\n  - { id: one, lie: ${words}, ${steps}, mustNotHold: [pin] }`, 'lies')
    expect(await refused()).toEqual([
      'lies/a.yaml:2:11: the id `one` is used twice in this lesson',
      expect.stringMatching(/^lies\/a\.yaml:2:\d+: there is no claim `pin`; did you mean `ping`\?$/),
    ])
  })

  it('are refused in the folder of another kind', async () => {
    write('a.yaml', `faults:\n${fault()}`, 'variations')
    expect(await refused()).toContainEqual(expect.stringContaining('unknown key `faults`'))
  })

  it('are refused where the schema is not met', async () => {
    write('a.yaml', `faults:\n${fault().replace('repair', 'repairs')}`)
    expect(await refused()).toEqual(['a.yaml:5:5: unknown key `repairs`; did you mean `repair`?'])
  })
})
