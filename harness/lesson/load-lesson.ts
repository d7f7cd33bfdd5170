import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BadCall } from '../judge/errors.ts'
import type { Proofs } from '../judge/proof.ts'
import { isBundled, root } from '../root.ts'
import { text } from '../say/text.ts'
import type { Lesson, StageSpec } from './lesson.ts'
import { assertSound } from './sound.ts'

/** A manifest as it stands in lesson.yaml, before its defaults are filled in. */
export type Manifest = Omit<Lesson, 'id' | 'folder'> & { summary: Lesson['title']; minutes: number }

/** Ids of all lessons: the folders under lessons/ that have a manifest, in order. */
export function lessonIds(): string[] {
  return readdirSync(join(root, 'lessons'), { withFileTypes: true })
    .filter(
      entry => entry.isDirectory() && readdirSync(join(entry.parentPath, entry.name)).includes('lesson.yaml'),
    )
    .map(entry => entry.name)
    .sort()
}

/**
 * Reads and validates a lesson's manifest.
 * An unknown id or an invalid manifest is a BadCall that names the nearest lesson, or file, line and column.
 */
export async function loadLesson(id: string): Promise<Lesson> {
  const known = lessonIds()
  if (!known.includes(id)) {
    const { nearest } = await import('../manifest/nearest.ts')
    const guess = nearest(id, known) ?? known[0] ?? ''
    throw new BadCall(
      text(
        `There is no lesson "${id}". Did you mean "${guess}"? Lessons: ${known.join(', ')}.`,
        `沒有名為「${id}」的課程，是不是要寫「${guess}」？現有課程：${known.join('、')}。`,
      ),
    )
  }
  const folder = join(root, 'lessons', id)
  return { id, folder, ...(await readManifest(id, join(folder, 'lesson.yaml'))) }
}

/** A validated manifest is kept by the hash of its text: YAML and ajv cost 100 ms that a learner need not wait for. */
async function readManifest(id: string, file: string): Promise<Manifest> {
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  const cacheFile = join(root, '.build/manifests', `${id}.${hash}.json`)
  try {
    return JSON.parse(await readFile(cacheFile, 'utf8')) as Manifest
  } catch {
    const manifest = await validate(file)
    await keep(cacheFile, manifest)
    return manifest
  }
}

async function validate(file: string): Promise<Manifest> {
  const [{ loadManifest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('./lesson.schema.json', { with: { type: 'json' } }),
  ])
  const manifest = await loadManifest<Manifest>(file, schema)
  const stages = manifest.stages.map((stage: StageSpec) => ({
    ...stage,
    claims: stage.claims.map(claim => ({ ...claim, after: claim.after ?? [] })),
  }))
  assertSound(file, stages)
  return { ...manifest, stages }
}

/** A read-only checkout only loses the speed. */
async function keep(cacheFile: string, manifest: Manifest): Promise<void> {
  const unfinished = `${cacheFile}.${process.pid}`
  await mkdir(dirname(cacheFile), { recursive: true })
    .then(() => writeFile(unfinished, JSON.stringify(manifest)))
    .then(() => rename(unfinished, cacheFile))
    .catch(() => undefined)
}

/** A lesson's proofs, from its check.ts. A claim without a proof, or a proof without a claim, is a BadCall. */
export async function loadProofs(lesson: Lesson): Promise<Proofs> {
  const module = isBundled
    ? join(root, '.build/lessons', lesson.id, 'check.js')
    : join(lesson.folder, 'check.ts')
  const { default: proofs } = (await import(pathToFileURL(module).href)) as { default: Proofs }
  const claimed = lesson.stages.flatMap(stage => stage.claims.map(claim => claim.id))
  const unproven = claimed.filter(id => !(id in proofs))
  const unclaimed = Object.keys(proofs).filter(id => !claimed.includes(id))
  if (unproven.length + unclaimed.length > 0)
    throw new BadCall(
      text(
        `lessons/${lesson.id}: lesson.yaml and check.ts disagree: no proof for [${unproven.join(', ')}], no claim for [${unclaimed.join(', ')}].`,
        `lessons/${lesson.id}：lesson.yaml 和 check.ts 不一致：check.ts 缺少 [${unproven.join('、')}]，lesson.yaml 缺少 [${unclaimed.join('、')}]。`,
      ),
    )
  return proofs
}
