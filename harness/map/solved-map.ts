import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Lesson } from '../lesson/lesson.ts'
import { Lab } from '../look/lab.ts'
import { loadRecording, replay } from '../look/recording.ts'
import { lookAtMap } from './map-of.ts'
import type { MapModel } from './model.ts'

/**
 * The map of a lesson as it is solved: of `recordings/solved.json`, else of that of its recordings which shows most. Undefined
 * for a lesson that was not recorded: then nothing of it can be outlined. BadCall for a recording that cannot be read.
 */
export async function solvedMap({
  id,
  folder,
  topology,
}: Pick<Lesson, 'id' | 'folder' | 'topology'>): Promise<MapModel | undefined> {
  const recordings = join(folder, 'recordings')
  if (!existsSync(recordings)) return undefined
  const files = readdirSync(recordings).filter(name => name.endsWith('.json'))
  const meant = files.includes('solved.json') ? ['solved.json'] : files
  const maps = await Promise.all(
    meant.map(async name => {
      const looker = replay(await loadRecording(join(recordings, name)))
      return lookAtMap(new Lab(looker, topology), looker.lab, topology)
    }),
  )
  const most = (one: MapModel) => one.elements.length + one.edges.length
  const [best] = maps.sort((one, other) => most(other) - most(one))
  return best && { ...best, lesson: id }
}
