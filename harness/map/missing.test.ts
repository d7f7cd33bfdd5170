import { describe, expect, it } from 'vitest'
import { loadLesson } from '../lesson/load-lesson.ts'
import { withMissing } from './missing.ts'
import type { MapModel } from './model.ts'
import { recordedMap } from './recorded.testing.ts'
import { solvedMap } from './solved-map.ts'

const missingIn = async (
  day: string,
  ...about: [state: string, change?: Parameters<typeof recordedMap>[2]]
) => {
  const map = withMissing(await recordedMap(day, ...about), (await solvedMap(await loadLesson(day)))!)
  return map.elements.filter(({ isMissing }) => isMissing)
}

describe('what a lesson still misses', () => {
  it.each(['day-02', 'day-03', 'day-04', 'day-05', 'day-07', 'day-08'])(
    'nothing once %s is solved',
    async day => {
      expect(await missingIn(day, 'solved')).toEqual([])
    },
  )

  it('becomes less with each stage of day 06', async () => {
    const states = ['untouched', 'namespaces', 'switch', 'localnet', 'binding', 'mapping']
    const counts = await Promise.all(states.map(async state => (await missingIn('day-06', state)).length))
    expect(counts).toEqual([...counts].sort((a, b) => b - a))
    expect(counts.at(-1)).toBe(0)
    expect(counts[0]).toBeGreaterThan(9)
  })

  it('is told by what it is for, not by the name that the solution gives it', async () => {
    const missing = await missingIn('day-06', 'namespaces')
    expect(missing.map(({ name }) => name)).toEqual(missing.map(() => ''))
    expect(missing.find(({ id }) => id === 'lsp:controller/ns1')?.facts.map(({ en }) => en)).toEqual([
      'for ns1',
    ])
  })

  it('is nothing where the learner has called all of it otherwise', async () => {
    const missing = await missingIn('day-06', 'mapping', ({ replaced }) => {
      for (const [from, to] of [
        ['ls0', 'my switch'],
        ['flat0', 'outside'],
        ['br-eth2', 'br-ex'],
      ] as const)
        replaced(from, to)
    })
    expect(missing).toEqual([])
  })

  it('is nothing that could not be looked at', async () => {
    const map = await recordedMap('day-06', 'namespaces')
    const wanted = (await solvedMap(await loadLesson('day-06')))!
    const without = (unseen: MapModel['unseen']) =>
      withMissing({ ...map, unseen }, wanted).elements.flatMap(one => (one.isMissing ? [one.kind] : []))
    expect(without([])).toEqual(expect.arrayContaining(['switch', 'bridge', 'patch']))
    expect(without(['northbound'])).not.toContain('switch')
    const bridges = without(['Open vSwitch of controller', 'Open vSwitch of hypervisor'])
    expect(bridges).toContain('switch')
    for (const kind of ['bridge', 'patch', 'plug']) expect(bridges).not.toContain(kind)
  })

  it('is the row that was taken away', async () => {
    const missing = await missingIn('day-05', 'solved', ({ rows }) => {
      const ports = rows('Logical_Switch_Port')
      ports.splice(
        ports.findIndex(({ name }) => name === 'ls1-ns3'),
        1,
      )
    })
    expect(missing.map(({ id }) => id)).toEqual(['lsp:controller/ns3'])
  })
})
