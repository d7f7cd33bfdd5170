import { expect, it } from 'vitest'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { bothLocal } from './both-local.ts'

const ends = [recordedRoute.from, recordedRoute.to!].map(end => end.logicalPort!)
const localports =
  (...names: string[]): Edit =>
  ({ northbound }) => {
    for (const name of names) named(northbound.Logical_Switch_Port, name).type = 'localport'
  }
const asked = { ...lost, packet: { ...lost.packet, kind: 'arp-request' as const } }

it('says that what one localport asks everybody gets to no other', async () => {
  const found = await bothLocal(solvedLab(localports(...ends)), recordedRoute, asked)
  expect(found).toMatchObject({ where: 'OVN_Northbound · Logical_Switch_Port · type', cause: 'port-type' })
  expect(found?.saw.en).toMatch(/ both have the type localport: /)
})

it('says nothing of one localport, or of a packet for one machine', async () => {
  expect(await bothLocal(solvedLab(localports(ends[0]!)), recordedRoute, asked)).toBeUndefined()
  expect(await bothLocal(solvedLab(localports(...ends)), recordedRoute, lost)).toBeUndefined()
})
