import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { down } from '../embedded/index.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { helperOf } from '../lesson/helper.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { loadSolution, type Solution, type Step } from '../solve/solution.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { type HeldName, holdLabNames } from './lab-name.ts'
import { labSources } from './lab-source.ts'
import { ProveLab, type Taught } from './prove-lab.ts'
import { makeSolved, proveTrial } from './prove-trial.ts'
import { spread } from './spread.ts'
import type { Fault, Lie, Trial, Variation } from './trial.ts'

const MAPPING = 'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings'
const on = (run: string): Step[] => [{ on: 'hypervisor', run }]
const map = (value: string) => on(`ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=${value}`)
const fault = (parts: Partial<Fault>): Fault => ({
  id: 'made-up',
  kind: 'faults',
  at: 'wire',
  title: { en: 'A mistake', 'zh-TW': '錯誤' },
  do: map('flatO:br-eth2'),
  repair: map('flat0:br-eth2'),
  fails: ['mapping-hypervisor'],
  where: MAPPING,
  ...parts,
})

const notHere = noLabReason || otherTurn(1)

describe.skipIf(notHere)(`faults that prove nothing${notHere}`, () => {
  let name: HeldName
  let lab: ProveLab
  let taught: Taught
  let reference: Solution
  beforeAll(async () => {
    const lesson = await loadLesson('day-06')
    taught = { lesson, proofs: await loadProofs(lesson), helper: await helperOf(lesson) }
    reference = await loadSolution(lesson)
    ;[name] = (await holdLabNames('prove', 1)) as [HeldName]
    lab = new ProveLab(name.name, labSources('embedded')[0]!)
    await lab.beFor(lesson)
  })
  afterAll(async () => {
    await lab?.remove()
    name?.release()
  })
  const prove = async (one: Trial) => {
    expect(await makeSolved(lab, taught, reference)).toBeUndefined()
    const { verdict, sentences, seen } = await proveTrial(lab, taught, one)
    return { verdict, sentences: sentences.map(({ en }) => en), isNamed: seen?.isNamed }
  }

  it('one that is caught and undone leaves a lab for the next', async () => {
    expect(await prove(fault({}))).toEqual({ verdict: 'holds', sentences: [], isNamed: true })
    expect(lab.state).toBe('solved')
  })

  it('a variation that harms and a lie that is believed are told so, and leave a lab for the next', async () => {
    const { fails: _fails, where: _where, ...parts } = fault({})
    const variation: Variation = { ...parts, kind: 'variations' }
    expect((await prove(variation)).sentences).toEqual([
      expect.stringMatching(/^is harmless, but .* do not hold, first mapping-hypervisor fails/),
    ])
    expect(lab.state).toBe('solved')
    const harmless = { ...variation, connectsAnew: true, do: on('true') }
    expect(await prove(harmless)).toMatchObject({ verdict: 'holds', sentences: [] })
    const lie: Lie = { ...parts, kind: 'lies', mustNotHold: ['ping-ns1-ns2'] }
    expect(await prove(lie)).toMatchObject({ verdict: 'holds' })
    expect((await prove({ ...lie, do: on('true') })).sentences).toEqual([
      'is not detected: ping-ns1-ns2 held',
    ])
    expect(lab.state).toBe('solved')
  })

  it('one that needs a program no node has, or an OVN that is newer, is not tried', async () => {
    const why = { en: 'W', 'zh-TW': '為' }
    for (const needs of [{ command: 'no-such-program' }, { ovn: '99.03' }])
      expect(await prove(fault({ onlyOn: { ...needs, why } }))).toEqual({
        verdict: 'holds',
        sentences: [],
        isNamed: undefined,
      })
    const old = fault({ do: on('true'), onlyOn: { ovn: '20.03', why } })
    expect((await prove(old)).sentences).toEqual(['breaks nothing: every claim still holds'])
  })

  it('is told to break nothing', async () => {
    expect((await prove(fault({ do: on('true') }))).sentences).toEqual([
      'breaks nothing: every claim still holds',
    ])
  })

  it('is told which other claim it breaks', async () => {
    expect((await prove(fault({ fails: ['mapping-controller'] }))).sentences).toEqual([
      expect.stringContaining(`breaks another claim: mapping-hypervisor (${MAPPING}: `),
      'does not break mapping-controller (holds)',
    ])
  })

  it('is told that it cannot be done', async () => {
    expect((await prove(fault({ do: on('ip link set no-such-link down') }))).sentences).toEqual([
      'cannot be done: on hypervisor, "ip link set no-such-link down" ended with exit code 1: Cannot find device "no-such-link"',
    ])
    expect(lab.state).toBe('used')
  })

  it('is told that it cannot be undone, and the next one finds a solved lab all the same', async () => {
    const { verdict, sentences } = await prove(fault({ repair: on('true') }))
    expect(verdict).toBe('fails')
    expect(sentences).toHaveLength(1)
    expect(sentences[0]).toContain('cannot be undone: after its repair ')
    expect(sentences[0]).toContain(`first mapping-hypervisor fails @ ${MAPPING}`)
    expect(lab.state).toBe('used')
    expect((await prove(fault({}))).verdict).toBe('holds')
  })

  it('a pair that cannot be done, or taken away, says nothing of either, and leaves no solved lab', async () => {
    const beside = fault({ id: 'other' })
    const nothing = { verdict: 'holds', sentences: [], isNamed: undefined }
    expect(await prove(fault({ beside, do: on('false') }))).toEqual(nothing)
    expect(await prove(fault({ beside, repair: on('true') }))).toEqual({ ...nothing, isNamed: true })
    expect(await prove(fault({ beside, repair: on('false') }))).toEqual({ ...nothing, isNamed: true })
    expect(lab.state).toBe('used')
  })

  it('a lab that dies in the middle loses one job; it is built anew and the run goes on', async () => {
    const told: string[] = []
    const dying = fault({ id: 'dying' })
    const job = (one: Fault) => ({
      run: async (with_: ProveLab) => {
        await makeSolved(with_, taught, reference)
        if (one === dying) await down(with_.name, () => undefined)
        const { verdict, sentences } = await proveTrial(with_, taught, one)
        told.push([`${one.id}: ${verdict}`, ...sentences.map(({ en }) => en)].join(', '))
      },
      lost: (why: { en: string }) => void told.push(`${one.id}: unknown, ${why.en}`),
    })
    await spread([job(dying), job(fault({ id: 'next' }))], [lab], new AbortController().signal)
    expect(told).toEqual([`dying: unknown, lab ${lab.name} died in the middle of it`, 'next: holds'])
  })
})
