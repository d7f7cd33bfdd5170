import { distance } from 'fastest-levenshtein'
import { type Lang, type Text, text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { count } from '../tell/wording.ts'
import { claimsOf } from './judge-trial.ts'
import { busyShells } from './lint-busy.ts'

/** What a README has to agree with. */
export interface ReadmeAgainst {
  file: string
  lang: Lang
  lesson: Pick<Lesson, 'id' | 'stages'>
  /** Names of the lesson's helper functions. */
  helpers: string[]
  /** Lines of the reference solution and of its undoing, which the README must show. */
  shown: string[]
  /** Lines that some solution uses in its stages. */
  used: string[]
}

/** The section that lists what will be true, stage by stage. */
const PROMISES: Record<Lang, string> = { en: 'What will be true', 'zh-TW': '完成後應該成立的項目' }

/** What is wrong with the lesson's text in one language, a sentence each. */
export function lintReadme(words: string, against: ReadmeAgainst): Text[] {
  return [
    ...promises(words, against),
    ...stagesNamed(words, against),
    ...claimsNamed(words, against),
    ...commands(words, against),
    ...ownCommands(words, against),
    ...busyShells(words, against),
  ]
}

/** The reader is told to check and to undo: without these commands, what the text shows is typed and never looked at. */
function ownCommands(words: string, { file }: ReadmeAgainst): Text[] {
  const lines = codeBlocks(words)
    .filter(block => /^```bash *$/m.test(block.split('\n')[0]!))
    .flatMap(block => block.split('\n'))
  return ['check', 'undo']
    .filter(command => !lines.some(line => line.includes(` ${command} `)))
    .map(command =>
      text(
        `${file}: no block of the reader's own computer has npm run ${command}`,
        `${file}：沒有任何在讀者自己電腦上執行的區塊含有 npm run ${command}`,
      ),
    )
}

/** The list of what will be true has each stage's and each claim's title, word for word and in order. */
function promises(words: string, { file, lang, lesson }: ReadmeAgainst): Text[] {
  const wanted = lesson.stages.flatMap(({ title, claims }) => [
    `### ${title[lang]}`,
    ...claims.map(claim => `- ${claim.title[lang]}`),
  ])
  const section = words.split(/^## /m).find(part => part.startsWith(PROMISES[lang]))
  if (section === undefined)
    return [
      toCopy(
        text(
          `${file}: has no section "${PROMISES[lang]}", which would be:`,
          `${file}：沒有「${PROMISES[lang]}」這一節，內容應該是：`,
        ),
        [`## ${PROMISES[lang]}`, ...wanted],
      ),
    ]
  const listed = section.split('\n').filter(line => /^(### |- )/.test(line))
  const foreign = listed.filter(line => !wanted.includes(line))
  const missing = wanted.filter(line => !listed.includes(line))
  const told = [
    ...foreign.map(line =>
      text(
        `${file}: "${PROMISES[lang]}" has the line "${line}", which is no claim or stage of ${lesson.id}`,
        `${file}：「${PROMISES[lang]}」有一行「${line}」，但 ${lesson.id} 沒有這個項目或階段`,
      ),
    ),
    ...(missing.length > 0
      ? [
          toCopy(
            text(
              `${file}: "${PROMISES[lang]}" lacks ${count(missing.length, 'line', 'lines')}:`,
              `${file}：「${PROMISES[lang]}」少了 ${missing.length} 行：`,
            ),
            missing,
          ),
        ]
      : []),
  ]
  if (told.length === 0 && listed.join('\n') !== wanted.join('\n'))
    told.push(
      text(
        `${file}: lists the claims in another order than lesson.yaml`,
        `${file}：列出項目的順序和 lesson.yaml 不同`,
      ),
    )
  return told
}

/** A sentence, and below it the lines that are to be put into the text, as they stand. */
const toCopy = (said: Text, lines: string[]): Text =>
  text([said.en, ...lines].join('\n'), [said['zh-TW'], ...lines].join('\n'))

function stagesNamed(words: string, { file, lesson }: ReadmeAgainst): Text[] {
  const known = lesson.stages.map(stage => stage.id)
  const named = [...words.matchAll(/--stage[ =]([a-z0-9-]+)/g)].map(([, id]) => id!)
  return [...new Set(named)]
    .filter(id => !known.includes(id))
    .map(id =>
      text(
        `${file}: names the stage "${id}", which does not exist`,
        `${file}：提到階段「${id}」，但它不存在`,
      ),
    )
}

/** A word in code style that is nearly, but not quite, the id of a claim. */
function claimsNamed(words: string, { file, lesson, helpers }: ReadmeAgainst): Text[] {
  const ids = claimsOf(lesson).map(({ id }) => id)
  const others = [...helpers, ...lesson.stages.map(stage => stage.id)]
  const coded = [...words.matchAll(/`([a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, word]) => word!)
  return [...new Set(coded)].flatMap(word => {
    if (ids.includes(word) || others.includes(word)) return []
    const guess = ids.find(id => isNearly(word, id))
    return guess === undefined
      ? []
      : [
          text(
            `${file}: names the claim "${word}", which does not exist; did you mean "${guess}"?`,
            `${file}：提到項目「${word}」，但它不存在，是不是要寫「${guess}」？`,
          ),
        ]
  })
}

/** A slip or two from the id, and of its kind: `bound-ns3` for `bound-ns2`, but not `iface-id` for `iface-ns1`. */
const isNearly = (word: string, id: string): boolean =>
  word.split('-')[0] === id.split('-')[0] && distance(word, id) <= 2

/** The solution and the text show the same commands. */
function commands(words: string, { file, helpers, shown, used }: ReadmeAgainst): Text[] {
  const lines = words.split('\n').map(line => line.trim())
  const unseen = [...new Set(shown)].filter(line => !lines.includes(line))
  const typed = [...words.matchAll(/^```(?:bash|sh|shell)\b.*\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
    block!.split('\n').map(line => line.trim()),
  )
  const unused = [...new Set(typed)].filter(
    line => helpers.includes(line.split(/\s/)[0]!) && !used.includes(line),
  )
  return [
    ...(unseen.length > 0
      ? [
          toCopy(
            text(
              `${file}: does not show ${count(unseen.length, 'command', 'commands')} of the solution or of its undo:`,
              `${file}：解答或它的 undo 有 ${unseen.length} 個指令沒有寫出來：`,
            ),
            unseen,
          ),
        ]
      : []),
    ...unused.map(line =>
      text(
        `${file}: shows a command that no solution uses: ${line}`,
        `${file}：寫了解答沒有使用的指令：${line}`,
      ),
    ),
  ]
}

/** The code blocks of a text that name their language, as they stand. */
export const codeBlocks = (words: string): string[] => words.match(/^```\w.*\n[\s\S]*?^```$/gm) ?? []
