import type { Lang } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import type { ElementKind, MapEdge, MapElement, MapModel } from './model.ts'
import { edgeWords, KIND, MISSING } from './words.ts'

/** The name of an element, safe to be shown anywhere; of what is missing and has none, its kind. */
export const nameOf = ({ name, kind }: Pick<MapElement, 'name' | 'kind'>, lang: Lang): string =>
  name === '' ? KIND[kind][lang] : withUnseen(name)

/** The same where there is little room: its place tells the rest. */
export function shortNameOf(element: Pick<MapElement, 'name' | 'kind' | 'type'>, lang: Lang): string {
  if (element.name !== '' || !element.kind.endsWith('-port')) return nameOf(element, lang)
  return element.type === undefined ? 'port' : `${element.type} port`
}

/** What is told beside its name, the most urgent first. */
export const factsOf = ({ facts, off, isMissing }: MapElement, lang: Lang): string[] => [
  ...(isMissing ? [MISSING[lang]] : []),
  ...(off ? [withUnseen(off[lang])] : []),
  ...facts.map(fact => withUnseen(fact[lang])),
]

/** An element as one line: its kind, its name, and what is told of it. */
export function labelOf(element: MapElement, lang: Lang): string {
  const kind = KIND[element.kind][lang]
  const name = nameOf(element, lang)
  const type =
    element.kind === 'switch-port' && element.type !== undefined ? ` (${withUnseen(element.type)})` : ''
  return [name === kind ? kind : `${kind} ${name}${type}`, ...factsOf(element, lang)].join(
    lang === 'en' ? ', ' : '，',
  )
}

/** An edge as one line, from its first end: what joins it to which other one, and why nothing gets through. */
export function edgeLabel({ elements }: Pick<MapModel, 'elements'>, edge: MapEdge, lang: Lang): string {
  const nameFor = (id: string) => {
    const element = elements.find(one => one.id === id)
    return element ? nameOf(element, lang) : id
  }
  const why = edge.isMissing ? MISSING[lang] : edge.off ? withUnseen(edge.off[lang]) : ''
  const words = `${nameFor(edge.from)}: ${edgeWords[edge.kind](nameFor(edge.to))[lang]}`
  return why === '' ? words : `${words} (${why})`
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{3fffd}]/u

/** How wide a text is in a monospaced font, in its own em. */
export const widthEm = (text: string): number =>
  [...text].reduce((sum, one) => sum + (WIDE.test(one) ? 1 : 0.6), 0)

/** As much of a text as there is room for, cut in the middle, where names differ least. */
export function fitted(text: string, widthPx: number, sizePx: number): string {
  if (widthEm(text) * sizePx <= widthPx) return text
  const characters = [...text.slice(0, 400)]
  let [head, tail] = ['', '']
  const tailOf = [...text.slice(-400)]
  for (let at = 0; at < characters.length; at++) {
    const isHead = at % 3 < 2
    const next = isHead ? characters[head === '' ? 0 : [...head].length]! : tailOf.at(-[...tail].length - 1)!
    const [newHead, newTail] = isHead ? [head + next, tail] : [head, next + tail]
    if (widthEm(`${newHead}…${newTail}`) * sizePx > widthPx) break
    ;[head, tail] = [newHead, newTail]
  }
  return `${head}…${tail}`
}

/** A name that is too long for one line in two, divided at a sign where there is one; each still may be too long. */
export function halves(name: string, widthPx: number, sizePx: number): [string, string?] {
  if (widthEm(name) * sizePx <= widthPx) return [name]
  const fits = Math.floor(widthPx / (0.6 * sizePx))
  const at = name.slice(0, fits).lastIndexOf('-') + 1 || fits
  return [name.slice(0, at), name.slice(at)]
}

/** A text in lines between its words; a word that is too long has a line of its own. */
export function inLines(text: string, widthPx: number, sizePx: number): string[] {
  const lines: string[] = []
  for (const word of text.slice(0, 400).split(' ')) {
    const longer = `${lines.at(-1)} ${word}`
    if (lines.length > 0 && widthEm(longer) * sizePx <= widthPx) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return text.length > 400 ? [text] : lines
}

const BARS: ReadonlySet<ElementKind> = new Set(['integration-bridge', 'linux-bridge', 'wire', 'node'])

/** Whether it lies across a node, or several, and edges run over it. */
export const isBar = (kind: ElementKind): boolean => BARS.has(kind)
