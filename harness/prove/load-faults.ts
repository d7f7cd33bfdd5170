import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BadCall } from '../judge/errors.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { type Text, text } from '../say/text.ts'
import type { Fault } from './fault.ts'

/** Names of the YAML files in a folder of a lesson, sorted; none where there is no such folder. */
export async function yamlFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => join(folder, name))
}

/**
 * Reads lessons/DAY/faults/*.yaml. Unknown claims or nodes, and ids used twice, are one BadCall with file, line
 * and column of each, and the nearest known word.
 */
export async function loadFaults(lesson: Lesson, nodes: readonly string[]): Promise<Fault[]> {
  const [{ readManifest, complain: sayWhere }, { nearest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('../manifest/nearest.ts'),
    import('./faults.schema.json', { with: { type: 'json' } }),
  ])
  const order = lesson.stages.flatMap(stage => stage.claims.map(claim => claim.id))
  const problems: Text[] = []
  const faults: Fault[] = []
  for (const file of await yamlFilesIn(join(lesson.folder, 'faults'))) {
    const manifest = await readManifest<{ faults: Fault[] }>(file, schema)
    manifest.value.faults.forEach((fault, index) => {
      const complain = (path: (string | number)[], problem: Text) =>
        problems.push(sayWhere(manifest.at('faults', index, ...path), problem).sentence)
      if (faults.some(({ id }) => id === fault.id))
        complain(
          ['id'],
          text(
            `the id \`${fault.id}\` is used twice in this lesson`,
            `識別碼 \`${fault.id}\` 在這個課程裡重複使用`,
          ),
        )
      fault.fails.forEach((id, at) => {
        if (!order.includes(id)) complain(['fails', at], noSuch(CLAIM, id, nearest(id, order)))
      })
      for (const part of ['do', 'repair'] as const)
        fault[part].forEach(({ on }, at) => {
          if (!nodes.includes(on)) complain([part, at, 'on'], noSuch(NODE, on, nearest(on, nodes)))
        })
      const fails = order.filter(id => fault.fails.includes(id))
      faults.push({ ...fault, fails })
    })
  }
  if (problems.length > 0)
    throw new BadCall(
      text(problems.map(one => one.en).join('\n'), problems.map(one => one['zh-TW']).join('\n')),
    )
  return faults
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
