import { statSync } from 'node:fs'
import { type Text, text } from '../core/text.ts'
import type { Closing } from '../tell/teller.ts'

/** How much of a check a student's own report says: nothing of it, up to the first claim that fails, or all. */
export const FEEDBACK = ['none', 'first', 'full'] as const
export type Feedback = (typeof FEEDBACK)[number]

/**
 * A check as the student is told it: with `first` nothing is said of what comes after the first claim that fails, with
 * `none` there is no report (undefined).
 */
export function forStudent(closing: Closing, feedback: Feedback): Closing | undefined {
  if (feedback === 'none') return undefined
  if (feedback === 'full') return closing
  const stages: Closing['stages'] = []
  for (const { stage, claims } of closing.stages) {
    const failing = claims.findIndex(({ judgement }) => judgement.verdict === 'fails')
    stages.push({ stage, claims: failing < 0 ? claims : claims.slice(0, failing + 1) })
    if (failing >= 0) break
  }
  return { ...closing, stages }
}

/** What stands before the name of a file, from the root of its file system on; not that of an address (https://…). */
const FOLDERS = /(?<![\w.:/~-])\/(?:[^\s/'"()<>,;:，。：；、「」（）]+\/)+/gu

/** Where such a path may begin. */
const ROOT = /(?<![\w.:/~-])\//gu

/** No pattern can tell a blank in a folder's name from one between two words; the file system can, of a folder that is there. */
function withoutExisting(words: string): string {
  for (const { index } of words.matchAll(ROOT)) {
    let end = index
    for (let next = words.indexOf('/', end + 1); next > 0; next = words.indexOf('/', end + 1)) {
      if (!isFolder(words.slice(index, next))) break
      end = next
    }
    if (end > index) return `${words.slice(0, index)}/./${withoutExisting(words.slice(end + 1))}`
  }
  return words
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const withoutPaths = (words: string): string => withoutExisting(words).replace(FOLDERS, '')

/** A sentence without the folders of the grader's computer: a student needs to know of no key's or roster's place. */
export const withoutFolders = ({ en, 'zh-TW': zh }: Text): Text => text(withoutPaths(en), withoutPaths(zh))

/** A check in which nothing says where the grader keeps files. Only why something could not be looked at can say it. */
export const withoutGradersFolders = (closing: Closing): Closing => ({
  ...closing,
  stages: closing.stages.map(({ stage, claims }) => ({
    stage,
    claims: claims.map(({ claim, judgement }) => {
      const { saw, try: command, verdict } = judgement
      if (verdict !== 'unknown') return { claim, judgement }
      const pathless = {
        ...(saw && { saw: withoutFolders(saw) }),
        ...(command !== undefined && { try: withoutPaths(command) }),
      }
      return { claim, judgement: { ...judgement, ...pathless } }
    }),
  })),
})
