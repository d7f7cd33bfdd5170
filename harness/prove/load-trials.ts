import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { fillIn, isUse, sharedFile, type Use } from '../lesson/shared.ts'
import { yamlFilesIn } from '../manifest/yaml-files.ts'
import { lastNormalStage } from '../solve/solution.ts'
import { KINDS, type Trial } from './trial.ts'

/** As its file has it: the title under the word of its kind. */
type Written = Omit<Trial, 'kind' | 'title' | 'at'> & {
  at?: string
} & {
  [key in 'mistake' | 'variation' | 'lie']?: Text
} & { [key in 'fails' | 'mustNotHold']?: string[] }

/** What a lesson takes from the course's file of the same kind; `except` are ids it does not take. */
type WrittenUse = Use & { except?: string[] }

/** A trial, and how to say what is wrong with a part of it. */
interface Found {
  written: Written
  complain(path: (string | number)[], problem: Text): Text
}

/**
 * Reads lessons/DAY/{faults,variations,lies}/*.yaml, with what they use of lessons/_course. Unknown claims or nodes,
 * and ids used twice, are one BadCall with file, line and column of each, and the nearest known word.
 */
export async function loadTrials(lesson: Lesson, nodes: readonly string[]): Promise<Trial[]> {
  const { nearest } = await import('../core/nearest.ts')
  const order = lesson.stages.flatMap(stage => stage.claims.map(claim => claim.id))
  const stageIds = lesson.stages.map(({ id }) => id)
  const problems: Text[] = []
  const trials: Trial[] = []
  for (const kind of KINDS)
    for (const { written, complain } of await writtenTrials(lesson, kind, order)) {
      if (trials.some(({ id }) => id === written.id))
        problems.push(
          complain(
            ['id'],
            text(
              `the id \`${written.id}\` is used twice in this lesson`,
              `識別碼 \`${written.id}\` 在這個課程裡重複使用`,
            ),
          ),
        )
      for (const part of ['fails', 'mustNotHold'] as const)
        written[part]?.forEach((id, at) => {
          if (!order.includes(id)) problems.push(complain([part, at], noSuch(CLAIM, id, nearest(id, order))))
        })
      for (const part of ['do', 'repair'] as const)
        written[part].forEach(({ on }, at) => {
          if (!nodes.includes(on))
            problems.push(complain([part, at, 'on'], noSuch(NODE, on, nearest(on, nodes))))
        })
      const { mistake, variation, lie, fails, at = lastNeeded(lesson, written), ...rest } = written
      if (!stageIds.includes(at)) problems.push(complain(['at'], noSuch(STAGE, at, nearest(at, stageIds))))
      // The schema of its kind says which of them are there.
      trials.push({
        ...rest,
        at,
        kind,
        title: mistake ?? variation ?? lie,
        ...(fails && { fails: order.filter(id => fails.includes(id)) }),
      } as Trial)
    }
  if (problems.length > 0)
    throw new BadCall(
      text(problems.map(one => one.en).join('\n'), problems.map(one => one['zh-TW']).join('\n')),
    )
  return trials
}

/** A lesson's trials of one kind, those it takes from the course in the place where it does. */
async function writtenTrials(lesson: Lesson, kind: Trial['kind'], claims: string[]): Promise<Found[]> {
  const { nearest } = await import('../core/nearest.ts')
  const { readManifest, complain: sayWhere } = await import('../manifest/validate.ts')
  const { default: schema } = await import('./trials.schema.json', { with: { type: 'json' } })
  const own = { ...schema, required: [kind], properties: { [kind]: schema.properties[kind] } }
  const read = async (file: string) => {
    const manifest = await readManifest<Record<string, (Written | WrittenUse)[]>>(file, own)
    return manifest.value[kind]!.map((entry, index) => ({
      entry,
      at: (...path: (string | number)[]) => manifest.at(kind, index, ...path),
      complain: (path: (string | number)[], problem: Text) =>
        sayWhere(manifest.at(kind, index, ...path), problem).sentence,
    }))
  }
  const found: Found[] = []
  for (const file of await yamlFilesIn(join(lesson.folder, kind)))
    for (const { entry, at, complain } of await read(file)) {
      if (!isUse(entry)) {
        found.push({ written: entry, complain })
        continue
      }
      const path = await sharedFile(kind, entry.use, at('use'))
      const offered = await read(path)
      const ids = offered.map(shared => (shared.entry as Written).id)
      const strange = entry.except?.findIndex(id => !ids.includes(id)) ?? -1
      if (strange >= 0) {
        const id = entry.except![strange]!
        throw new BadCall(complain(['except', strange], noSuch(SHARED, id, nearest(id, ids))))
      }
      for (const shared of offered) {
        const written = shared.entry as Written
        if (!entry.except?.includes(written.id))
          found.push({
            written: ofThis(fillIn(written, lesson.values, path), claims),
            complain: shared.complain,
          })
      }
    }
  return found
}

/** A shared trial names the claims of every lesson that shares it; here only those of this one count. */
function ofThis(written: Written, claims: string[]): Written {
  const parts = (['fails', 'mustNotHold'] as const).flatMap(part => {
    const ids = written[part]?.filter(id => claims.includes(id)) ?? []
    return ids.length > 0 ? [[part, ids]] : []
  })
  return { ...written, ...Object.fromEntries(parts) }
}

/** The last of the stages that are not extra, or that of the last claim it names where that is further on. */
function lastNeeded(lesson: Lesson, { fails = [], mustNotHold = [] }: Written): string {
  const named = [...fails, ...mustNotHold]
  const extra = lesson.stages.findLast(
    stage => stage.extra && stage.claims.some(({ id }) => named.includes(id)),
  )
  return extra?.id ?? lastNormalStage(lesson)
}

const STAGE = text('stage', '階段')
const CLAIM = text('claim', '項目')
const NODE = text('node', '節點')
const SHARED = text('shared id', '共用的識別碼')

function noSuch(kind: Text, word: string, guess: string | undefined): Text {
  const hint =
    guess === undefined ? text('', '') : text(`; did you mean \`${guess}\`?`, `，是不是要寫 \`${guess}\`？`)
  return text(
    `there is no ${kind.en} \`${word}\`${hint.en}`,
    `沒有 \`${word}\` 這個${kind['zh-TW']}${hint['zh-TW']}`,
  )
}
