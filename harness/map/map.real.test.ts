import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Lab } from '../look/lab.ts'
import { replay } from '../look/recording.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { lessonMap } from './lesson-map.ts'
import { lookAtMap } from './map-of.ts'

describe.skipIf(noLabReason)(`the map of a real lab${noLabReason}`, () => {
  let lab: RealLab
  beforeAll(async () => {
    lab = await realLab('map')
    for (const { id } of lab.lesson.stages) if (id !== 'web') await lab.solve(id)
  })
  afterAll(() => lab?.down())

  const seen = async () => {
    const { judgements, recorded } = await lab.check()
    const { topology } = lab.lesson
    const map = await lookAtMap(new Lab(replay(recorded), topology), 'map', topology)
    const told = await lessonMap(lab.lesson, map, judgements)
    return { ...told, missing: told.map.elements.filter(({ isMissing }) => isMissing).map(({ id }) => id) }
  }

  it('misses nothing and is marked nowhere once the lesson is solved', async () => {
    const { missing, marks, map } = await seen()
    expect([missing, marks, map.blind]).toEqual([[], [], []])
  })

  it('bears what fails where it fails: a cable that was pulled out, a link that is down', async () => {
    await lab.shell('controller', 'ovs-vsctl del-port br-int veth-ns1-br')
    await lab.shell('hypervisor', 'ip link set eth2 down')
    const { marks, map } = await seen()
    const places = new Set(marks.map(({ on }) => on))
    expect([...places]).toEqual(expect.arrayContaining(['outer:controller/ns1', 'physical:hypervisor/eth2']))
    expect(map.elements.find(({ id }) => id === 'physical:hypervisor/eth2')?.off?.en).toBe('down')
    const cable = map.edges.filter(({ from, kind }) => from === 'outer:controller/ns1' && kind === 'plugged')
    expect(cable.map(({ isMissing }) => isMissing)).toEqual([true])
  })
})
