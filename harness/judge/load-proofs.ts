import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkout, isBundled, isElsewhere } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import type { Proofs, Taught } from './proof.ts'

/** A lesson's proofs, from its check.ts. One that cannot be loaded, a claim without a proof, or a proof without a claim, is a BadCall. */
export async function loadProofs(lesson: Pick<Lesson, 'id' | 'folder' | 'stages'>): Promise<Proofs> {
  const source = join(lesson.folder, 'check.ts')
  const { default: proofs } = await loaded(source, async () => {
    if (!isBundled) return imported(source)
    if (!isElsewhere(lesson.folder)) return imported(join(checkout, '.build/lessons', lesson.id, 'check.js'))
    const { bundled } = await import('./bundle-proofs.ts')
    return bundled(source, imported)
  })
  assertProven(lesson, proofs)
  return proofs
}

/** Makes sure that each claim has a proof and each proof a claim; BadCall where not. */
export function assertProven(lesson: Pick<Lesson, 'folder' | 'stages'>, proofs: Proofs): void {
  const claimed = lesson.stages.flatMap(stage => stage.claims.map(claim => claim.id))
  const unproven = claimed.filter(id => !(id in proofs))
  const unclaimed = Object.keys(proofs).filter(id => !claimed.includes(id))
  if (unproven.length + unclaimed.length > 0)
    throw new BadCall(
      text(
        `${told(lesson.folder)}: lesson.yaml and check.ts disagree: no proof for [${unproven.join(', ')}], no claim for [${unclaimed.join(', ')}].`,
        `${told(lesson.folder)}：lesson.yaml 和 check.ts 不一致：check.ts 缺少 [${unproven.join('、')}]，lesson.yaml 缺少 [${unclaimed.join('、')}]。`,
      ),
    )
}

/** All lessons there are with their proofs, but for this one; one that is being written and cannot be loaded is left out. */
export async function loadOthers(id: string): Promise<Taught[]> {
  const all = await Promise.allSettled(
    lessonIds()
      .filter(other => other !== id)
      .map(loadTaught),
  )
  return all.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
}

/** A lesson with its proofs. BadCall where there is none of this name, or it is not valid. */
export async function loadTaught(id: string): Promise<Taught> {
  const lesson = await loadLesson(id)
  return { lesson, proofs: await loadProofs(lesson) }
}

type Module = { default: Proofs }

const imported = (file: string): Promise<Module> => import(pathToFileURL(file).href)

async function loaded(source: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (thrown) {
    const file = told(source)
    throw new BadCall(text(`${file} cannot be loaded: ${thrown}`, `無法載入 ${file}：${thrown}`))
  }
}

/** A file of the course from its checkout on, any other whole. */
const told = (file: string) => (file.startsWith(`${checkout}/`) ? file.slice(checkout.length + 1) : file)
