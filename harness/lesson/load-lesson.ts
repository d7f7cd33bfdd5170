import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { loadTopology } from '../topology/load-topology.ts'
import type { Lesson } from './lesson.ts'
import { loadManifestOf } from './manifest.ts'

/** Ids of all lessons: the folders under lessons/ that have a manifest, in order. */
export function lessonIds(): string[] {
  return readdirSync(join(checkout, 'lessons'), { withFileTypes: true })
    .filter(
      entry => entry.isDirectory() && readdirSync(join(entry.parentPath, entry.name)).includes('lesson.yaml'),
    )
    .map(entry => entry.name)
    .sort()
}

/** Absolute path of a lesson's folder. An unknown id is a BadCall that names the nearest lesson. */
export async function lessonFolder(id: string): Promise<string> {
  const known = lessonIds()
  if (known.includes(id)) return join(checkout, 'lessons', id)
  const { nearest } = await import('../core/nearest.ts')
  const guess = nearest(id, known) ?? known[0] ?? ''
  throw new BadCall(
    text(
      `There is no lesson "${id}". Did you mean "${guess}"? Lessons: ${known.join(', ')}.`,
      `沒有名為「${id}」的課程，是不是要寫「${guess}」？現有課程：${known.join('、')}。`,
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
