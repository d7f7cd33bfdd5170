import { joined, type Lang, type Text, text } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import { titleOf } from './draw.ts'
import { labelOf, nameOf } from './label.ts'
import { type Mark, type ProbeMark, timeOf } from './marks.ts'
import type { ElementKind, MapElement, MapModel } from './model.ts'
import { edgeWords, KIND, MISSING } from './words.ts'

/** One thing of the list, with what is a part of it. */
export interface ListItem {
  /** The element it is about; absent for a heading. */
  id?: string
  words: string
  items: ListItem[]
}

interface Told {
  lang: Lang
  marks?: readonly Mark[]
  probe?: readonly ProbeMark[]
}

const OF_NODE: ElementKind[] = [
  'namespace',
  'plug',
  'linux-bridge',
  'integration-bridge',
  'bridge',
  'physical',
]

/**
 * The same facts as the drawing, as a list in a sensible order: what OVN was told, each node from its namespaces to its links,
 * the networks between, then the packet of a probe place by place.
 */
export function listOf(model: MapModel, told: Told): ListItem[] {
  const { elements, nodes, blind } = model
  const { lang, probe = [] } = told
  const item = (element: MapElement): ListItem => ({
    id: element.id,
    words: [labelOf(element, lang), ...edgesOf(model, element, lang)].join(lang === 'en' ? '; ' : '；'),
    items: [...marksOf(element, told), ...elements.filter(({ inside }) => inside === element.id).map(item)],
  })
  const some = (words: Text, items: ListItem[]): ListItem[] =>
    items.length > 0 ? [{ words: words[lang], items }] : []
  const of = (kinds: ElementKind[], node?: string) =>
    kinds.flatMap(kind => elements.filter(one => one.kind === kind && one.node === node).map(item))
  return [
    ...some(HEADING.logical, of(['router', 'switch'])),
    ...nodes.flatMap(name => {
      const own = elements.find(({ id }) => id === `node:${name}`)
      return own ? [{ ...item(own), items: [...marksOf(own, told), ...of(OF_NODE, name)] }] : []
    }),
    ...some(HEADING.outside, of(['wire', 'outside'])),
    ...some(
      HEADING.probe,
      probe.map(mark => ({ id: mark.on, words: heardLine(mark, model, lang), items: [] })),
    ),
    ...some(
      HEADING.blind,
      blind.map(({ where, reason }) => ({
        words: joined([where, reason], text(': ', '：'))[lang],
        items: [],
      })),
    ),
  ]
}

/** The list as lines of text, its parts indented. */
export function listLines(model: MapModel, told: Told): string[] {
  const lines = (items: ListItem[], depth: number): string[] =>
    items.flatMap(({ words, items: inner }) => [
      ...(depth === 0 ? ['', words] : [`${'  '.repeat(depth - 1)}- ${words}`]),
      ...lines(inner, depth + 1),
    ])
  return [titleOf(model)[told.lang], ...lines(listOf(model, told), 0)]
}

const HEADING = {
  logical: text('Logical network, as the northbound database has it', '邏輯網路（northbound 資料庫的內容）'),
  outside: text('Networks between the nodes, and what is outside', '節點之間的網路，以及外部'),
  probe: text('The path of the packet, in order', '封包的路徑，依經過的順序'),
  blind: text('Could not be inspected', '無法查看'),
}

const FAILS = text('fails', '不成立')
const UNKNOWN = text('unknown', '無法查看')

function marksOf({ id }: MapElement, { lang, marks = [] }: Told): ListItem[] {
  return marks
    .filter(({ on }) => on === id)
    .map(({ verdict, claim, saw, where }) => {
      const word = (verdict === 'fails' ? FAILS : UNKNOWN)[lang]
      const parts = [claim, ...(saw ? [saw] : []), ...(where === undefined ? [] : [where])]
      return { words: withUnseen(`${word}: ${joined(parts, text('; ', '；'))[lang]}`), items: [] }
    })
}

function edgesOf({ elements, edges }: MapModel, { id, isMissing }: MapElement, lang: Lang): string[] {
  const named = (other: string) => elements.find(one => one.id === other)
  return edges
    .filter(({ from }) => from === id)
    .flatMap(({ kind, to, off, isMissing: isEdgeMissing }) => {
      const other = named(to)
      if (!other) return []
      const where =
        other.node === undefined || (kind !== 'bound' && kind !== 'mapped' && kind !== 'tunnel')
          ? ''
          : `@${other.node}`
      const words = edgeWords[kind](nameOf(other, lang) + where)[lang]
      if (isEdgeMissing) return [isMissing ? words : `${MISSING[lang]}: ${words}`]
      return [off ? `${words} (${withUnseen(off[lang])})` : words]
    })
}

function heardLine(
  { on, direction, verdict, heardMs, withinMs, title, saw }: ProbeMark,
  { elements }: MapModel,
  lang: Lang,
): string {
  const element = elements.find(({ id }) => id === on)
  const place = element
    ? `${element.node ?? ''} ${KIND[element.kind][lang]} ${nameOf(element, lang)}`.trim()
    : on
  const way = direction === 'request' ? 'request' : 'reply'
  const heard = { heard: HEARD, lost: LOST, unknown: UNKNOWN }[verdict][lang]
  const time = timeOf({ heardMs, withinMs })
  const after = time && ` ${time}`
  return withUnseen(`${way}: ${place}: ${heard}${after}; ${title[lang]}${saw ? `; ${saw[lang]}` : ''}`)
}

const HEARD = text('captured', '擷取到')
const LOST = text('first place where it was not captured', '從這裡開始沒有擷取到')
