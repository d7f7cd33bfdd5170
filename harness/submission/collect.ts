import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as yaml from 'yaml'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { type Lang, text } from '../core/text.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Machine } from '../ssh/machine.ts'
import { historyOf, type Sifted, sift, type Typed } from './history.ts'
import { centralFirst } from './load-submission.ts'
import { scriptsFrom, template } from './scripts-from.ts'

const DEADLINE_MS = 20_000
const HISTORY_BYTES = 1_000_000
/** Of vagrant before root's, as one becomes the other; then how many shells with a terminal are open, and what can be run. */
const ASK = `for home in /home/vagrant /root; do
  tail -c ${HISTORY_BYTES} "$home/.bash_history" 2>/dev/null
  printf '\\n\\001'
done
ps -eo tty=,comm= | grep -c '^[^?]* bash$'
printf '\\001'
bash -c 'compgen -c' | sort -u`

/** What was found on a node. */
export interface Found extends Sifted {
  /** Shells that are open: they may have more in memory than in their history file. */
  openShells: number
}

/** What was written for a student to look over and hand in. */
export interface Written {
  /** By node, the central one first. */
  found: Map<string, Found>
  /** Paths of the files, in that order. */
  files: string[]
  /** The order between nodes is known. */
  isOrdered: boolean
  /** No command was found: the scripts are to be filled in. */
  isTemplate: boolean
}

/** Reads the shells' histories of all nodes; nothing is changed there. CannotLook where a node cannot be asked. */
export async function findTyped(
  machines: ReadonlyMap<string, Promise<Machine>>,
  lesson: Lesson,
): Promise<Map<string, Found>> {
  const helpers = [...(await helperOf(lesson)).matchAll(/^([a-z][\w-]*)\(\)/gm)].map(([, name]) => name!)
  const entries = centralFirst(lesson).map(async node => {
    const machine = await machines.get(node)!
    const { stdout } = await machine.run(ASK, { deadlineMs: DEADLINE_MS })
    const [vagrant = '', root = '', shells, names = ''] = stdout.toString('utf8').split('\u0001')
    const typed = inTime([vagrant, root].flatMap(historyOf))
    const words = names.split('\n').filter(Boolean)
    const programs = words.length > 0 ? new Set(words) : undefined
    return [node, { ...sift(typed, { helpers, programs }), openShells: Number(shells) || 0 }] as const
  })
  return new Map(await Promise.all(entries))
}

/** What two users typed, side by side where both have times. */
const inTime = (typed: Typed[]): Typed[] =>
  typed.every(({ at }) => at !== undefined) ? typed.sort((one, other) => one.at! - other.at!) : typed

/** Whether a folder has files that somebody may have worked on. */
export const isThere = async (folder: string): Promise<boolean> =>
  (await readdir(folder).catch(() => [])).length > 0

/** Writes the scripts and what is known about them. BadCall where there are files already, or the folder cannot be written. */
export async function writeSubmission(
  folder: string,
  found: Map<string, Found>,
  lesson: Lesson,
  { lab, lang }: { lab: string; lang: Lang },
): Promise<Written> {
  if (await isThere(folder)) throw alreadyThere(folder, lesson)
  const heading = `${lesson.id}: ${lesson.title[lang]}`
  const isTemplate = [...found.values()].every(({ taken }) => taken.length === 0)
  const stages = lesson.stages.map(({ id, title }) => ({ id, title: title[lang] }))
  const { scripts, isOrdered } = isTemplate
    ? { scripts: new Map([...found.keys()].map(node => [node, template(stages, heading)])), isOrdered: true }
    : scriptsFrom(new Map([...found].map(([node, { taken }]) => [node, taken])), heading)
  const took = [...found].map(([node, { taken, of }]) => [node, { commands: taken.length, of }])
  const about = { schema: 1, lesson: lesson.id, takenAt: new Date().toISOString(), lab }
  const contents = [
    ...[...scripts].map(([node, content]) => [`${node}.sh`, content] as const),
    ['submission.yaml', yaml.stringify({ ...about, took: Object.fromEntries(took) })] as const,
  ]
  try {
    makeFolder(folder)
    for (const [name, content] of contents) await writeFile(join(folder, name), content, { flag: 'wx' })
  } catch (problem) {
    throw notWritable(folder, problem as NodeJS.ErrnoException)
  }
  return { found, files: contents.map(([name]) => join(folder, name)), isOrdered, isTemplate }
}

/** What is there may have been edited. */
export const alreadyThere = (folder: string, { id }: Lesson) =>
  new BadCall(
    text(
      `${folder} has files already, which you may have edited: hand those in, try them (npm run submit -- ${id} --out ${folder} --try), or give another folder with --out.`,
      `${folder} 裡已經有檔案，可能已經修改過：請直接繳交、試跑（npm run submit -- ${id} --out ${folder} --try），或用 --out 指定另一個資料夾。`,
    ),
  )

const notWritable = (folder: string, { code, message }: NodeJS.ErrnoException) =>
  new BadCall(
    text(
      `The submission cannot be written to ${folder} (${code ?? message}).`,
      `無法把要繳交的檔案寫入 ${folder}（${code ?? message}）。`,
    ),
  )
