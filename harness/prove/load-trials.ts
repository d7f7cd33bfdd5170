import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BadCall } from '../judge/errors.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { type Text, text } from '../say/text.ts'
import { KINDS, type Trial } from './trial.ts'

/** Names of the YAML files in a folder of a lesson, sorted; none where there is no such folder. */
export async function yamlFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => join(folder, name))
}

/** As its file has it: the title under the word of its kind. */
type Written = Omit<Trial, 'kind' | 'title'> & {
  [key in 'mistake' | 'variation' | 'lie']?: Text
} & { [key in 'fails' | 'mustNotHold']?: string[] }

/**
 * Reads lessons/DAY/{faults,variations,lies}/*.yaml. Unknown claims or nodes, and ids used twice, are one BadCall with
 * file, line and column of each, and the nearest known word.
 */
export async function loadTrials(lesson: Lesson, nodes: readonly string[]): Promise<Trial[]> {
  const [{ readManifest, complain: sayWhere }, { nearest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('../manifest/nearest.ts'),
    import('./trials.schema.json', { with: { type: 'json' } }),
  ])
  const order = lesson.stages.flatMap(stage => stage.claims.map(claim => claim.id))
  const problems: Text[] = []
  const trials: Trial[] = []
  for (const kind of KINDS) {
    const own = { ...schema, required: [kind], properties: { [kind]: schema.properties[kind] } }
    for (const file of await yamlFilesIn(join(lesson.folder, kind))) {
      const manifest = await readManifest<Record<string, Written[]>>(file, own)
      manifest.value[kind]!.forEach((written, index) => {
        const complain = (path: (string | number)[], problem: Text) =>
          problems.push(sayWhere(manifest.at(kind, index, ...path), problem).sentence)
        if (trials.some(({ id }) => id === written.id))
          complain(
            ['id'],
            text(
              `the id \`${written.id}\` is used twice in this lesson`,
              `識別碼 \`${written.id}\` 在這個課程裡重複使用`,
            ),
          )
        for (const part of ['fails', 'mustNotHold'] as const)
          written[part]?.forEach((id, at) => {
            if (!order.includes(id)) complain([part, at], noSuch(CLAIM, id, nearest(id, order)))
          })
        for (const part of ['do', 'repair'] as const)
          written[part].forEach(({ on }, at) => {
            if (!nodes.includes(on)) complain([part, at, 'on'], noSuch(NODE, on, nearest(on, nodes)))
          })
        const { mistake, variation, lie, fails, ...rest } = written
        const title = mistake ?? variation ?? lie
        // The schema of its kind says which of them are there.
        trials.push({
          ...rest,
          kind,
          title,
          ...(fails && { fails: order.filter(id => fails.includes(id)) }),
        } as Trial)
      })
    }
  }
  if (problems.length > 0)
    throw new BadCall(
      text(problems.map(one => one.en).join('\n'), problems.map(one => one['zh-TW']).join('\n')),
    )
  return trials
}

const CLAIM = text('claim', '項目')
const NODE = text('node', '節點')

function noSuch(kind: Text, word: string, guess: string | undefined): Text {
  const hint =
    guess === undefined ? text('', '') : text(`; did you mean \`${guess}\`?`, `，是不是要寫 \`${guess}\`？`)
  return text(
    `there is no ${kind.en} \`${word}\`${hint.en}`,
    `沒有 \`${word}\` 這個${kind['zh-TW']}${hint['zh-TW']}`,
  )
}
