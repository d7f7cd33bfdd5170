import type { Hop } from '../core/hop.ts'
import { same, type Text } from '../core/text.ts'
import { clean, cleanLine } from './clean.ts'
import { padEnd, widthOf, wrap } from './columns.ts'
import { seenAt } from './hops.ts'
import { layout } from './layout.ts'
import { paints, type Screen } from './screen.ts'
import { HOP_SIGN, LABEL } from './wording.ts'

const WIDEST = 100
const NARROWEST = 40
/** Below this what was seen stands further left, to have more room. */
const ROOMY = 72
/** A value on the screen may be this long; reports have more of it. */
const VALUE_LIMIT = 800

/**
 * A path as one would draw it, from top to bottom: a line a hop, with its mark, its node, what it is and what was
 * seen there. `detailed`: the id of the hop below which Saw, Where and Try stand.
 */
export function drawHops(
  hops: Hop[],
  screen: Pick<Screen, 'lang' | 'colour' | 'widthColumns'>,
  { indent, detailed }: { indent: number; detailed?: string | undefined },
): string[] {
  const { lang, colour } = screen
  const paint = paints(colour)
  const plain = (words: string) => words
  const tint = { ok: paint.green, broken: paint.red, unknown: paint.yellow, unreached: paint.dim }
  const width = Math.max(NARROWEST, Math.min(screen.widthColumns, WIDEST))
  const nodeWidth = Math.max(0, ...hops.map(({ node }) => widthOf(cleanLine(node))))
  const margin = ' '.repeat(indent)
  // Rail, mark, node; then what the hop is.
  const hang = indent + 4 + nodeWidth + 2
  const rail = (at: number, isHead: boolean) => {
    if (hops.length === 1) return ' '
    if (!isHead) return at === hops.length - 1 ? ' ' : '│'
    return at === 0 ? '┌' : at === hops.length - 1 ? '└' : '├'
  }

  const drawn = (hop: Hop, at: number): string[] => {
    const { verdict } = hop
    const isDetailed = hop.id === detailed
    const title = wrap(cleanLine(hop.title[lang], { lang }), width - hang, lang)
    const seen = isDetailed ? '' : seenAt(hop, lang)
    const shown = verdict === 'broken' ? paint.bold : verdict === 'unreached' ? paint.dim : plain
    const fits = title.length === 1 && hang + widthOf(`${title[0]}  ${seen}`) <= width
    const below = `${margin}${paint.dim(rail(at, false))}${' '.repeat(hang - indent - 1)}`
    const lead = `${margin}${paint.dim(rail(at, true))} ${tint[verdict](HOP_SIGN[verdict])} ${padEnd(cleanLine(hop.node), nodeWidth)}  `
    const [first = '', ...more] = title
    const head = `${lead}${shown(first)}${fits && seen ? `  ${paint.dim(seen)}` : ''}`
    const rest = seen && !fits ? wrap(seen, width - hang, lang).map(line => paint.dim(line)) : []
    return [
      head.trimEnd(),
      ...[...more.map(shown), ...rest].map(line => below + line),
      // The rail goes on beside what is told below.
      ...(isDetailed
        ? details(hop).map(line => `${margin}${paint.dim(rail(at, false))}${line.slice(indent + 1)}`)
        : []),
    ]
  }

  function details({ verdict, saw, where, try: command }: Hop): string[] {
    const page = layout(screen)
    const detail = (key: 'saw' | 'why' | 'where' | 'try', value: Text | undefined) => {
      const isOneLine = key === 'where' || key === 'try'
      const words =
        value && (isOneLine ? cleanLine : clean)(value[lang], { lang, limit: VALUE_LIMIT }).trimEnd()
      return words
        ? page.labelled(
            { key, label: LABEL[key][lang], value: words, isCommand: key === 'try' },
            width < ROOMY ? indent + 4 : hang,
          )
        : []
    }
    const plainText = (words: string | undefined) => (words === undefined ? undefined : same(words))
    return [
      ...detail(verdict === 'unknown' ? 'why' : 'saw', saw),
      ...detail('where', plainText(where)),
      ...detail('try', plainText(command)),
    ]
  }

  return hops.flatMap(drawn)
}
