import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { lessonsFolder } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { loadTopology } from '../topology/load-topology.ts'
import type { Lesson } from './lesson.ts'
import { loadManifestOf } from './manifest.ts'

/** Ids of all lessons: the folders that have a manifest, in order. BadCall where there are none. */
export function lessonIds(): string[] {
  const folder = lessonsFolder()
  const entries = existsSync(folder) ? readdirSync(folder) : []
  const ids = entries.filter(name => existsSync(join(folder, name, 'lesson.yaml'))).sort()
  if (ids.length > 0) return ids
  throw new BadCall(
    text(
      `There are no lessons in ${folder}. Create one: npm run new -- day-99 --lessons ${folder}`,
      `${folder} 裡沒有課程。可以建立一個：npm run new -- day-99 --lessons ${folder}`,
    ),
  )
}

/** Absolute path of a lesson's folder. An unknown id is a BadCall that names the nearest lesson. */
export async function lessonFolder(id: string): Promise<string> {
  const known = lessonIds()
  if (known.includes(id)) return join(lessonsFolder(), id)
  const { nearest } = await import('../core/nearest.ts')
  const guess = nearest(id, known)
  throw new BadCall(
    text(
      `There is no lesson "${id}".${guess ? ` Did you mean "${guess}"?` : ''} Lessons: ${known.join(', ')}.`,
      `沒有名為「${id}」的課程${guess ? `，是不是要寫「${guess}」？` : '。'}現有課程：${known.join('、')}。`,
    ),
  )
}

/**
 * Reads and validates a lesson's manifest.
 * An unknown id or an invalid manifest is a BadCall that names the nearest lesson, or file, line and column.
 */
export async function loadLesson(id: string): Promise<Lesson> {
  const folder = await lessonFolder(id)
  const [manifest, topology] = await Promise.all([
    loadManifestOf(id, join(folder, 'lesson.yaml')),
    loadTopology(folder),
  ])
  return { id, folder, topology, ...manifest }
}
