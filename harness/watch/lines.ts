import type { Text } from '../core/text.ts'
import type { ClaimSpec, StageSpec } from '../lesson/lesson.ts'
import { cleanLine } from '../tell/clean.ts'
import { wrap } from '../tell/columns.ts'
import { detailsOf } from '../tell/details.ts'
import { drawHops } from '../tell/draw-hops.ts'
import { layout } from '../tell/layout.ts'
import { nextStep } from '../tell/next.ts'
import { paints } from '../tell/screen.ts'
import { extraOf, tallyOf } from '../tell/tally.ts'
import { labLine, SIGN, stageTitle, standingLine, verdictLine, whyWaits } from '../tell/wording.ts'
import { closingOf } from './closing.ts'
import { commandLines } from './command-lines.ts'
import { fitted, type View } from './fitted.ts'
import { cutTo } from './frame.ts'
import { keyLines } from './key-lines.ts'
import { focusOf, judgementOf, shownSteps, stageShown, stagesOf, type WatchState } from './state.ts'
import { causeWords, flipWords, LOOKING, silentNode, tooSmall } from './words.ts'

/** The terminal that a watch is drawn on. */
export interface Place {
  columns: number
  rows: number
  colour: boolean
  /** Below a claim about a packet that did not arrive: its path. */
  explain: boolean
}

/** A screen is no place for a whole value. */
const VALUE_LIMIT = 800
/** What follows from a change, and what it follows from, may need this many lines each; the claims need the rest. */
const CHANGE_LINES = 2
/** On fewer rows, what stands around the claims takes fewer of them. */
const LOW_ROWS = 16
/** Smaller than this there is no room for a claim. */
const SMALLEST = { columns: 40, rows: 10 }

/** What a watch shows: as many lines as the terminal has rows, or fewer; and what part of the claims that is. */
export function watchLines(state: WatchState, place: Place): { lines: string[]; view: View } {
  const { lang } = state
  const { bold, dim, cyan, tint } = paints(place.colour)
  if (place.columns < SMALLEST.columns || place.rows < SMALLEST.rows)
    return {
      lines: wrap(tooSmall(place, SMALLEST)[lang], place.columns, lang),
      view: { scroll: state.scroll, page: 1 },
    }
  const isLow = place.rows < LOW_ROWS
  const page = layout({ lang, colour: place.colour, widthColumns: place.columns })
  const closing = closingOf(state, 0)
  const { stages } = state.lesson
  const pointsWidth = Math.max(
    3,
    ...stages.flatMap(stage => stage.claims.map(({ points }) => `${points}/${points}`.length)),
  )

  const first = (words: Text, shown: (line: string) => string) => page.folded(words, 2, shown).slice(0, 1)
  const about = labLine(state.lesson.id, cleanLine(state.lab))
  const standing = standingLine(tallyOf(closing), closing, extraOf(closing))
  const head = [
    ...first(state.lesson.title, bold),
    ...page
      .parts(
        { en: `${about.en} · ${standing.en}`, 'zh-TW': `${about['zh-TW']} · ${standing['zh-TW']}` },
        2,
        dim,
      )
      .slice(0, isLow ? 1 : 2),
    ...(isLow ? [] : ['']),
  ]

  function claimLines(claim: ClaimSpec): string[] {
    const judged = { claim, judgement: judgementOf(state, claim.id) }
    const [first = '', ...more] = page.claim(judged, pointsWidth, state.stale.has(claim.id))
    return [claim === focusOf(state) ? `▸${first.slice(1)}` : first, ...more]
  }

  /** The details of the claim in focus, and those steps of its hint that are open. */
  function detailLines(claim: ClaimSpec): string[] {
    const { hint: _, ...judgement } = judgementOf(state, claim.id)
    if (judgement.verdict === 'waits' && judgement.bug === undefined) {
      const why = whyWaits(judgement)
      return why ? page.aside(why) : []
    }
    const steps = shownSteps(state, claim.id)
    const hint = steps.length > 0 && {
      en: steps.map(({ en }) => en).join('\n'),
      'zh-TW': steps.map(step => step['zh-TW']).join('\n'),
    }
    const details = detailsOf(
      { claim, judgement: { ...judgement, ...(hint && { hint }) } },
      lang,
      VALUE_LIMIT,
    )
    return [
      ...details.flatMap(detail => {
        if (!detail.isCommand) return page.labelled(detail)
        // The whole of it has to be on the screen, which does not break lines by itself.
        const indent = page.labelled({ ...detail, value: '' })[0]!
        const column = page.valueColumn()
        const [line = '', ...more] = commandLines(detail.value, place.columns - column)
        return [indent + cyan(line), ...more.map(one => ' '.repeat(column) + cyan(one))]
      }),
      ...drawHops(
        (place.explain && judgement.hops) || [],
        { lang, colour: place.colour, widthColumns: place.columns },
        { indent: 4 },
      ),
    ]
  }

  function stageLines(stage: StageSpec): { lines: string[]; focus: [number, number] } {
    const inFocus = focusOf(state)
    const lines = page.stage(String(stages.indexOf(stage) + 1), stageTitle(stage))
    let focus: [number, number] = [0, 0]
    for (const claim of stage.claims) {
      const from = lines.length
      lines.push(...claimLines(claim))
      if (claim !== inFocus) continue
      lines.push(...detailLines(claim))
      focus = [from, lines.length]
    }
    return { lines, focus }
  }

  function allLines(): { lines: string[]; focus: [number, number] } {
    const lines: string[] = []
    let focus: [number, number] = [0, 0]
    let chosen: [number, number] | undefined
    for (const stage of stagesOf(state)) {
      const from = lines.length
      lines.push(...page.stage(String(stages.indexOf(stage) + 1), stageTitle(stage)))
      for (const claim of stage.claims) {
        const at = lines.length
        lines.push(...claimLines(claim))
        if (claim.id === state.chosen) chosen = [at, lines.length]
      }
      if (stage === stageShown(state)) focus = [from, lines.length]
    }
    return { lines, focus: chosen ?? focus }
  }

  const silent = state.nodes.filter(({ isOpen }) => !isOpen).map(silentNode)
  const body = state.showsAll ? allLines() : stageLines(stageShown(state))
  const isOver = closing.verdict === 'holds'
  const words = isOver
    ? [
        `  ${tint.holds(`${SIGN.holds} ${verdictLine('holds', tallyOf(closing), closing.stages.length === stages.length, extraOf(closing))[lang]}`)}`,
        ...page.folded(nextStep(closing).words, 4).slice(0, 2),
      ]
    : []
  const aside = isLow ? 1 : CHANGE_LINES
  const foot = [
    ...(isLow ? [] : ['']),
    ...words,
    ...silent.flatMap(one => page.folded(one, 2, tint.unknown).slice(0, aside)),
    ...(state.notice ? page.folded(state.notice, 2, tint.unknown).slice(0, aside) : []),
    ...changeLines(),
  ]

  function changeLines(): string[] {
    if (state.isLooking && !state.last) return page.folded(LOOKING, 2, dim)
    if (!state.last) return []
    const { flips, causes, atMs } = state.last
    const [flip, cause] = [flipWords(flips, state.lesson), causeWords(causes)]
    const clock = new Date(atMs).toTimeString().slice(0, 8)
    if (!cause) return page.folded(beside(clock, flip), 2, bold).slice(0, aside)
    const lines = page.folded(beside(clock, cause), 2)
    const shown = lines.slice(0, aside)
    // What follows is what matters: a very long command is cut before it.
    if (lines.length > aside) shown.push(`${cutTo(shown.pop()!, Math.max(0, place.columns - 2))} …`)
    return [...shown, ...page.folded(beside('→', flip), 2, bold).slice(0, aside)]
  }

  const shown = (isLong: boolean) => {
    const keys = keyLines(state, { ...place, isLow, isLong }).slice(0, place.rows)
    // Where all of it is too much, the keys are still there.
    const above = place.rows - keys.length
    const room = Math.max(3, above - head.length - foot.length)
    const { lines, view } = fitted(body, room, state, dim)
    return { room, view, lines: [...[...head, ...lines, ...foot].slice(0, above), ...keys] }
  }
  const whole = shown(false)
  return body.lines.length > whole.room ? shown(true) : whole
}

const beside = (lead: string, { en, 'zh-TW': zh }: Text): Text => ({
  en: `${lead} ${en}`,
  'zh-TW': `${lead} ${zh}`,
})
