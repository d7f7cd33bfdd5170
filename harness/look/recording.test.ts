import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { BadCall, CannotLook } from '../core/errors.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import type { KernelFacts, Looker, Request } from './evidence.ts'
import {
  blindFrom,
  cannotLook,
  loadRecording,
  type Recording,
  recording,
  replay,
  saveRecording,
} from './recording.ts'

const facts = (...daemons: string[]): KernelFacts => ({ links: [], netns: {}, daemons })
const controller: Request = { look: 'kernel', node: 'controller' }
const hypervisor: Request = { look: 'kernel', node: 'hypervisor' }
const down = { reason: { en: 'no route to host', 'zh-TW': '無法連線' }, where: 'hypervisor', help: 'ping it' }

const some: Recording = {
  schema: 1,
  lab: 'embedded',
  takenAt: '2026-11-22T21:17:00.000Z',
  nodes: ['controller', 'hypervisor'],
  answers: [
    { request: controller, evidence: facts('ovn-northd') },
    { request: hypervisor, blind: down },
  ],
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    thrown => thrown,
  )

/** Those of all lessons. */
const recordings = lessonIds()
  .map(id => join('lessons', id, 'recordings'))
  .filter(folder => existsSync(join(checkout, folder)))
  .flatMap(folder => readdirSync(join(checkout, folder)).map(name => join(folder, name)))

describe('replay', () => {
  it('answers a look that was recorded', async () => {
    const looker = replay(some)
    expect(looker.lab).toBe('embedded')
    expect(await looker.look({ look: 'kernel', node: 'controller' })).toEqual(facts('ovn-northd'))
  })

  it('could not look where the recorded check could not either, for the same reason', async () => {
    const thrown = await thrownBy(replay(some).look(hypervisor))
    expect(thrown).toBeInstanceOf(CannotLook)
    expect(blindFrom(thrown as CannotLook)).toEqual(down)
  })

  it.each<[string, Request]>([
    ['kernel · other', { look: 'kernel', node: 'other' }],
    [
      'database · OVN_Northbound · controller',
      { look: 'database', node: 'controller', database: 'OVN_Northbound' },
    ],
    ['traffic', { look: 'traffic', pings: [], listen: [], markers: [] }],
  ])('could not look where nobody looked, by name: %s', async (name, request) => {
    const thrown = await thrownBy(replay(some).look(request))
    expect(thrown).toBeInstanceOf(CannotLook)
    expect(blindFrom(thrown as CannotLook)).toEqual({
      reason: {
        en: `the recording does not contain this: ${name}`,
        'zh-TW': `錄下的內容裡沒有這一項：${name}`,
      },
      where: 'embedded',
    })
  })

  it('knows the nodes also of a recording in which they were not written down', () => {
    const from = { node: 'c', netns: 'ns1' }
    const traffic: Request = { look: 'traffic', pings: [{ from, to: 'x' }], listen: [], markers: [] }
    const answers = [...some.answers, { request: traffic, evidence: {} }]
    expect(replay({ schema: 1, lab: 'old', takenAt: '', answers }).nodes).toEqual([
      'c',
      'controller',
      'hypervisor',
    ])
  })

  it('never changes', async () => {
    const looker = replay(some)
    expect(looker.epoch).toBe(0)
    expect(await thrownBy(looker.changed(0, new AbortController().signal))).toBeInstanceOf(DOMException)
    await expect(looker.close()).resolves.toBeUndefined()
  })
})

describe('recording', () => {
  it('passes every look on and remembers what came of it, blindness too', async () => {
    const looker = recording(replay(some))
    expect(await looker.look(controller)).toEqual(facts('ovn-northd'))
    expect(await thrownBy(looker.look(hypervisor))).toBeInstanceOf(CannotLook)
    expect(looker.recorded()).toEqual({ ...some, takenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) })
  })

  it('can be judged again exactly as it was', async () => {
    const looker = recording(replay(some))
    await Promise.all([looker.look(controller), thrownBy(looker.look(hypervisor))])
    const again = replay(looker.recorded())
    expect(await again.look(controller)).toEqual(facts('ovn-northd'))
    expect(blindFrom((await thrownBy(again.look(hypervisor))) as CannotLook)).toEqual(down)
  })

  it('of what was recorded before keeps the time at which somebody looked', async () => {
    expect(recording(replay(some)).recorded().takenAt).toBe(some.takenAt)
  })

  it('keeps the last answer to each look', async () => {
    const answers = [facts('ovs-vswitchd'), facts()]
    const asked: Looker = { ...replay(some), epoch: 7, look: async () => answers.shift() as never }
    const looker = recording(asked)
    expect(looker.epoch).toBe(7)
    await looker.look(controller)
    await looker.look(controller)
    expect(looker.recorded().answers).toEqual([{ request: controller, evidence: facts() }])
  })

  it('remembers no defect of ours', async () => {
    const asked: Looker = { ...replay(some), look: () => Promise.reject(new TypeError('a defect')) }
    const looker = recording(asked)
    expect(await thrownBy(looker.look(controller))).toEqual(new TypeError('a defect'))
    expect(looker.recorded().answers).toEqual([])
  })
})

describe('the plain form of a blindness', () => {
  it.each([down, { reason: down.reason }])('comes back as it was: %j', blind => {
    expect(blindFrom(cannotLook(blind))).toStrictEqual(blind)
    expect(JSON.parse(JSON.stringify(blindFrom(cannotLook(blind))))).toEqual(blind)
  })
})

describe('a recording as a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ovn-lab-recording-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is read as it was written, and nothing else is left', async () => {
    const file = join(folder, 'lab.json')
    await saveRecording(file, some)
    expect(await loadRecording(file)).toEqual(some)
    expect(await readdir(folder)).toEqual(['lab.json'])
  })

  it('stays whole where a new one cannot be written', async () => {
    const file = join(folder, 'kept.json')
    await saveRecording(file, some)
    const before = await readFile(file, 'utf8')
    const circular = { ...some, answers: [{ request: controller, evidence: {} as { self?: unknown } }] }
    circular.answers[0]!.evidence.self = circular
    await expect(saveRecording(file, circular)).rejects.toThrow(TypeError)
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  it.each([
    ['{"schema":2,"answers":[]}', 'schema 1 expected'],
    ['{"schema":1}', 'schema 1 expected'],
    ['{"schema":1,"lab":"x","answers":{}}', 'schema 1 expected'],
    ['{"schema":1,"lab":"x","answers":[],"nodes":"a"}', 'schema 1 expected'],
    ['[]', 'schema 1 expected'],
    ['null', 'schema 1 expected'],
  ])('is refused: %s', async (words, why) => {
    const file = join(folder, 'no-recording.json')
    await writeFile(file, words)
    const thrown = await thrownBy(loadRecording(file))
    expect(thrown).toBeInstanceOf(BadCall)
    expect((thrown as BadCall).sentence).toEqual({
      en: `${file} is not a recorded lab (${why}).`,
      'zh-TW': `${file} 不是錄下的實驗環境（${why}）。`,
    })
  })

  it('is refused where it is cut in half, or is not there', async () => {
    const file = join(folder, 'half.json')
    await writeFile(file, JSON.stringify(some).slice(0, 90))
    expect(await thrownBy(loadRecording(file))).toBeInstanceOf(BadCall)
    const missing = join(folder, 'missing.json')
    expect(((await thrownBy(loadRecording(missing))) as BadCall).sentence.en).toBe(
      `${missing} is not a recorded lab (ENOENT: no such file or directory, open '${missing}').`,
    )
  })

  it.each(recordings)('%s can be read', async file => {
    const { lab, answers } = await loadRecording(join(checkout, file))
    expect(lab).toBe('embedded')
    expect(answers.length).toBeGreaterThan(3)
  })
})
