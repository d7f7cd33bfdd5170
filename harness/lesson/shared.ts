import { basename, join } from 'node:path'
import { courseFolder } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { yamlFilesIn } from '../manifest/yaml-files.ts'

/** A list's entry that stands for what the course has under this name. */
export interface Use {
  use: string
}

export const isUse = (entry: object): entry is Use => 'use' in entry

/**
 * The file of the course's `kind` (stages, faults, …) called `name`. An unknown name is a BadCall that says
 * `where` it was written, and the nearest there is.
 */
export async function sharedFile(kind: string, name: string, where: string): Promise<string> {
  const files = await yamlFilesIn(join(courseFolder, kind))
  const known = files.map(file => basename(file, '.yaml'))
  const found = files[known.indexOf(name)]
  if (found !== undefined) return found
  const { nearest } = await import('../core/nearest.ts')
  const guess = nearest(name, known)
  throw new BadCall(
    text(
      `${where}: the course shares no ${kind} \`${name}\`${guess ? `; did you mean \`${guess}\`?` : '.'} There are: ${known.join(', ') || 'none'}.`,
      `${where}：課程沒有共用的 ${kind} \`${name}\`${guess ? `，是不是要寫 \`${guess}\`？` : '。'}現有：${known.join('、') || '無'}。`,
    ),
  )
}

const PLACEHOLDER = /\{\{\s*([\w.-]+)\s*\}\}/g

/**
 * The same tree with each `{{name}}` in its texts, keys not, replaced by the lesson's value of that name. A name the
 * lesson has no value for is a BadCall about `file`.
 */
export function fillIn<T>(tree: T, values: Readonly<Record<string, string>>, file: string): T {
  if (typeof tree === 'string')
    return tree.replace(PLACEHOLDER, (_, name: string) => {
      if (Object.hasOwn(values, name)) return values[name]!
      throw new BadCall(
        text(
          `${file}: {{${name}}} has no value; the lesson that uses this file names it under \`values\`.`,
          `${file}：{{${name}}} 沒有值；使用這個檔案的課程要在 \`values\` 裡寫上它。`,
        ),
      )
    }) as T
  if (Array.isArray(tree)) return tree.map(entry => fillIn(entry, values, file)) as T
  if (tree === null || typeof tree !== 'object') return tree
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, fillIn(value, values, file)]),
  ) as T
}
