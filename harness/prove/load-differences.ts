import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Lesson } from '../lesson/lesson.ts'
import type { Explanation } from './compare.ts'

/** What a lesson explains of labs that answer differently; nothing where it has no differences.yaml. BadCall where that is invalid. */
export async function loadDifferences({ folder }: Pick<Lesson, 'folder'>): Promise<Explanation[]> {
  const file = join(folder, 'differences.yaml')
  if (!existsSync(file)) return []
  const [{ readManifest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('./differences.schema.json', { with: { type: 'json' } }),
  ])
  const { value } = await readManifest<{ differences: Explanation[] }>(file, schema)
  return value.differences
}
