import { basename, join } from 'node:path'
import { courseFolder } from '../core/checkout.ts'
import type { Text } from '../core/text.ts'
import { cachedManifest } from '../manifest/cached.ts'
import { yamlFilesIn } from '../manifest/yaml-files.ts'
import type { ClaimSpec, Lesson, StageSpec } from './lesson.ts'
import { fillIn, isUse, sharedFile, type Use } from './shared.ts'
import { assertSound } from './sound.ts'

/** What lesson.yaml says, with its defaults filled in and the course's stages in their places. */
export type Manifest = Omit<Lesson, 'id' | 'folder' | 'topology'> & {
  summary: Lesson['title']
  minutes: number
}

type Written<T extends ClaimSpec = ClaimSpec> = Omit<T, 'after'> & Partial<Pick<T, 'after'>>

/** A stage as a file has it; a lesson that uses one of the course's may add claims of its own. */
type WrittenStage = Omit<StageSpec, 'claims'> & { claims: Written[] }
type WrittenUse = Use & Pick<StageSpec, 'extra' | 'replaces'> & { claims?: Written[] }

/**
 * Reads and validates lesson.yaml, with what it uses of the course's stages, and the course's causes. BadCall with file,
 * line and column.
 */
export async function loadManifestOf(id: string, file: string): Promise<Manifest> {
  const [stages, causes] = await Promise.all(
    ['stages', 'causes'].map(kind => yamlFilesIn(join(courseFolder, kind))),
  )
  return cachedManifest(id, [file, ...stages!, ...causes!], () => validate(file, causes!))
}

async function validate(file: string, causeFiles: string[]): Promise<Manifest> {
  const [{ readManifest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('./lesson.schema.json', { with: { type: 'json' } }),
  ])
  type Whole = Omit<Manifest, 'stages' | 'values' | 'causes'> & {
    stages: (WrittenStage | WrittenUse)[]
    values?: Manifest['values']
  }
  const { value: manifest, at } = await readManifest<Whole>(file, schema)
  const values = manifest.values ?? {}
  const stageSchema = { ...schema.$defs.stage, $defs: schema.$defs }

  const shared = async (entry: WrittenUse, index: number): Promise<WrittenStage> => {
    const path = await sharedFile('stages', entry.use, at('stages', index, 'use'))
    const { value } = await readManifest<WrittenStage>(path, stageSchema)
    const stage = fillIn(value, values, path)
    const { use: _, claims = [], ...here } = entry
    return { ...stage, ...here, claims: [...stage.claims, ...claims] }
  }
  const written = await Promise.all(
    manifest.stages.map((entry, index) => (isUse(entry) ? shared(entry, index) : entry)),
  )
  const stages = written.map(stage => ({
    ...stage,
    claims: stage.claims.map(claim => ({ ...claim, after: claim.after ?? [] })),
  }))
  assertSound(file, stages)
  const causeSchema = { ...schema.$defs.cause, $defs: schema.$defs }
  const causes = await Promise.all(
    causeFiles.map(async path => {
      const { value } = await readManifest<{ hints: Text[] }>(path, causeSchema)
      return [basename(path, '.yaml'), value.hints]
    }),
  )
  return { ...manifest, values, stages, causes: Object.fromEntries(causes) }
}
