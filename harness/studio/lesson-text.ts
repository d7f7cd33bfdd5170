import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LANGS, type Lang } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Chapter, CommandPiece, Piece } from '../studio-page/protocol.ts'

const FILE: Record<Lang, string> = { en: 'README.md', 'zh-TW': 'README.zh-TW.md' }
const ENDS: readonly string[] = ['ongoing', 'stopped', 'fails', 'shown']
/** A block whose lines belong on the learner's own computer. */
const OWN_COMPUTER = /^(npm|npx) /

/** A lesson's text in every language, in chapters: what comes before its stages, a chapter a stage, what comes after. */
export async function lessonText(lesson: Lesson): Promise<Record<Lang, Chapter[]>> {
  // A page is there before its text is read.
  const { marked } = await import('marked')
  const chapters = await Promise.all(
    LANGS.map(async lang => {
      const words = await readFile(join(lesson.folder, FILE[lang]), 'utf8').catch(() => '')
      return [lang, chaptersOf(words, lesson, lang, marked)] as const
    }),
  )
  return Object.fromEntries(chapters) as Record<Lang, Chapter[]>
}

type Marked = typeof import('marked').marked
type Token = ReturnType<Marked['lexer']>[number]

/** A heading and what stands below it. */
interface Section {
  title: string
  depth: number
  tokens: Token[]
  stage: string | undefined
}

function chaptersOf(words: string, lesson: Lesson, lang: Lang, marked: Marked): Chapter[] {
  const sections = sectionsOf(marked.lexer(words), lesson)
  const [heading, ...rest] = sections
  // The page shows title and claims itself, and languages have a button.
  const told = rest.filter(({ title }) => !CLAIMS_TITLES.includes(title))
  const isClaims = (section: Section) => lesson.stages.some(({ title }) => title[lang] === section.title)
  const kept = told.filter(section => section.stage !== undefined || !isClaims(section))
  const first = kept.findIndex(({ stage }) => stage !== undefined)
  const last = kept.findLastIndex(({ stage }) => stage !== undefined)
  const before = first < 0 ? kept : kept.slice(0, first).filter(({ tokens }) => tokens.length > 0)
  const after = first < 0 ? [] : kept.slice(last + 1)
  const html = (tokens: Token[]) => piecesOf(tokens, marked)
  const withHeadings = (parts: Section[]): Piece[] =>
    parts.flatMap(({ title, depth, tokens }) => [
      { html: `<h${depth + 1}>${escapeHtml(title)}</h${depth + 1}>` },
      ...html(tokens),
    ])
  const stages: Chapter[] = []
  let waiting: Section[] = []
  for (const section of first < 0 ? [] : kept.slice(first, last + 1)) {
    if (section.stage === undefined) {
      waiting.push(section)
      continue
    }
    const title = section.title.replace(/^\d+\.\s*/, '')
    stages.push({
      title,
      stage: section.stage,
      pieces: [...withHeadings(waiting), ...html(section.tokens)],
    })
    waiting = []
  }
  const intro = html((heading?.tokens ?? []).slice(1))
  return [
    { title: BEFORE[lang], pieces: [...intro, ...withHeadings(before)] },
    ...stages,
    ...(after.length > 0 ? [{ title: AFTER[lang], pieces: withHeadings(after) }] : []),
  ].filter(({ pieces }) => pieces.length > 0)
}

const BEFORE: Record<Lang, string> = { en: 'Introduction', 'zh-TW': '簡介' }
const AFTER: Record<Lang, string> = { en: 'Afterwards', 'zh-TW': '做完之後' }
const CLAIMS_TITLES = ['What will be true', '完成後應該成立的項目']

function sectionsOf(tokens: Token[], lesson: Lesson): Section[] {
  const sections: Section[] = []
  for (const token of tokens) {
    if (token.type === 'heading')
      sections.push({ title: token.text, depth: token.depth, tokens: [], stage: undefined })
    else {
      const section = sections.at(-1)
      if (!section || token.type === 'space') continue
      section.tokens.push(token)
      if (token.type !== 'code') continue
      section.stage ??= lesson.stages.find(({ id }) =>
        token.text.split('\n').some((line: string) => line.endsWith(` --stage ${id}`)),
      )?.id
    }
  }
  return sections
}

function piecesOf(tokens: Token[], marked: Marked): Piece[] {
  const pieces: Piece[] = []
  let prose: Token[] = []
  const endProse = () => {
    if (prose.length > 0) pieces.push({ html: htmlOf(prose, marked) })
    prose = []
  }
  for (const token of tokens) {
    const command = token.type === 'code' ? commandIn(token.lang ?? '', token.text) : undefined
    if (!command) {
      prose.push(token)
      continue
    }
    endProse()
    pieces.push(command)
  }
  endProse()
  return pieces
}

/** What the words behind ```bash say: nodes, and how it ends. */
function commandIn(info: string, run: string): CommandPiece | undefined {
  const [language, ...marks] = info.split(/\s+/).filter(Boolean)
  if (language !== 'bash') return undefined
  const on = marks.filter(mark => !ENDS.includes(mark))
  const ends = (marks.find(mark => ENDS.includes(mark)) ?? 'itself') as CommandPiece['ends']
  const isOwn = run.split('\n').every(line => OWN_COMPUTER.test(line))
  return { run, on, ends: on.length === 0 && !isOwn ? 'shown' : ends }
}

/** HTML of Markdown that may be anybody's: tags in it are shown, not obeyed, and links lead to the web or nowhere. */
function htmlOf(tokens: Token[], marked: Marked): string {
  const renderer = new marked.Renderer()
  renderer.html = ({ text }) => escapeHtml(text)
  renderer.image = ({ text }) => escapeHtml(text)
  renderer.link = function ({ href, tokens: words }) {
    const inner = this.parser.parseInline(words)
    if (!/^https?:\/\//.test(href)) return inner
    return `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">${inner}</a>`
  }
  renderer.code = ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`
  const cell = renderer.tablecell
  // The corner of a table heads nothing.
  renderer.tablecell = function (token) {
    return cell.call(this, token.text === '' ? { ...token, header: false } : token)
  }
  const table = renderer.table
  renderer.table = function (token) {
    return `<div class="wide" tabindex="0">${table.call(this, token)}</div>`
  }
  return marked.parser(tokens, { renderer })
}

const escapeHtml = (words: string) => words.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
