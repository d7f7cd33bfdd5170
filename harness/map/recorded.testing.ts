import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import type { RawRow, Tables } from '../core/rows.ts'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import type { KernelFacts } from '../look/evidence.ts'
import { Lab } from '../look/lab.ts'
import { loadRecording, type Recording, replay } from '../look/recording.ts'
import { lookAtMap } from './map-of.ts'
import type { MapModel } from './model.ts'

/** Every recorded state of every lesson. */
export const RECORDINGS = lessonIds().flatMap(day => {
  const folder = join(checkout, 'lessons', day, 'recordings')
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => ({ day, state: name.replace('.json', '') }))
})

/** What of a recording is changed before it is looked at. */
export interface Recorded {
  /** The rows of a table, to be changed as they are; `node` for those of its own database. */
  rows(table: string, node?: string): RawRow[]
  /** What the kernel of a node says, to be changed as it is. */
  kernel(node: string): KernelFacts
  /** All of it, as text: for a name that stands in many places. */
  replaced(from: string, to: string): void
}

/** The map of a recorded lab, changed first where that is wanted. */
export async function recordedMap(
  day: string,
  state: string,
  change: (recorded: Recorded) => void = () => {},
): Promise<MapModel> {
  const { topology } = await loadLesson(day)
  let recording = await loadRecording(join(checkout, 'lessons', day, 'recordings', `${state}.json`))
  const tablesOf = (node?: string) =>
    recording.answers.flatMap(answer => {
      const { request } = answer
      if (request.look !== 'database' || !('evidence' in answer)) return []
      return node === undefined || (request.node === node && request.database === 'Open_vSwitch')
        ? [answer.evidence as Tables]
        : []
    })
  change({
    rows: (table, node) => tablesOf(node).find(tables => tables[table])?.[table] ?? [],
    kernel: node =>
      recording.answers.flatMap(answer =>
        answer.request.look === 'kernel' && answer.request.node === node && 'evidence' in answer
          ? [answer.evidence as KernelFacts]
          : [],
      )[0]!,
    replaced(from, to) {
      recording = JSON.parse(JSON.stringify(recording).replaceAll(from, to)) as Recording
    },
  })
  return lookAtMap(new Lab(replay(recording), topology), 'embedded', topology)
}
