import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { down } from '../embedded/index.ts'
import { loadLesson, loadProofs } from '../lesson/load-lesson.ts'
import { helperOf, loadSolution, type Solution, type Step } from '../solve/solution.ts'
import { noLabReason } from '../testing/real-lab.ts'
import type { Fault } from './fault.ts'
import { type HeldName, holdLabNames } from './lab-name.ts'
import { labSources } from './lab-source.ts'
import { makeSolved, proveFault } from './prove-fault.ts'
import { ProveLab, type Taught } from './prove-lab.ts'
import { spread } from './spread.ts'

const MAPPING = 'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings'
const on = (run: string): Step[] => [{ on: 'hypervisor', run }]
const map = (value: string) => on(`ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=${value}`)
const fault = (parts: Partial<Fault>): Fault => ({
  id: 'made-up',
  mistake: { en: 'A mistake', 'zh-TW': '錯誤' },
  do: map('flatO:br-eth2'),
  repair: map('flat0:br-eth2'),
  fails: ['mapping-hypervisor'],
  link: MAPPING,
  ...parts,
})

describe.skipIf(noLabReason !== '')(`faults that prove nothing${noLabReason}`, () => {
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
  })
  afterAll(async () => {
    await lab?.remove()
    name?.release()
  })
  const prove = async (one: Fault) => {
    expect(await makeSolved(lab, taught, reference)).toBeUndefined()
    const { verdict, sentences, seen } = await proveFault(lab, taught, one)
    return { verdict, sentences: sentences.map(({ en }) => en), isNamed: seen?.isNamed }
  }

  it('one that is caught and undone leaves a lab for the next', async () => {
    expect(await prove(fault({}))).toEqual({ verdict: 'holds', sentences: [], isNamed: true })
    expect(lab.state).toBe('solved')
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

  it('a lab that dies in the middle loses one job; it is built anew and the run goes on', async () => {
    const told: string[] = []
    const dying = fault({ id: 'dying' })
    const job = (one: Fault) => ({
      run: async (with_: ProveLab) => {
        await makeSolved(with_, taught, reference)
        if (one === dying) await down(with_.name, () => undefined)
        told.push(`${one.id}: ${(await proveFault(with_, taught, one)).verdict}`)
      },
      lost: (why: { en: string }) => void told.push(`${one.id}: unknown, ${why.en}`),
    })
    await spread([job(dying), job(fault({ id: 'next' }))], [lab], new AbortController().signal)
    expect(told).toEqual([`dying: unknown, lab ${lab.name} died in the middle of it`, 'next: holds'])
  })
})
