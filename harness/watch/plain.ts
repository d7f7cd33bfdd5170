import { createInterface } from 'node:readline'
import { joined, type Text, text } from '../core/text.ts'

import { clean, cleanLine } from '../tell/clean.ts'
import { detailsOf } from '../tell/details.ts'
import { nextStep } from '../tell/next.ts'
import { extraOf, tallyOf } from '../tell/tally.ts'
import {
  COLON,
  LABEL,
  labLine,
  stageTitle,
  standingLine,
  verdictLine,
  WORD,
  whyWaits,
} from '../tell/wording.ts'
import { closingOf } from './closing.ts'
import {
  focusOf,
  happened,
  judgementOf,
  openSteps,
  pressed,
  shownSteps,
  stageShown,
  stagesOf,
  stepsOf,
} from './state.ts'
import type { WatchEnd, WatchOptions } from './watch.ts'
import { causeWords, LOOKING, silentNode } from './words.ts'

/** Lines for a log or a screen reader: words alone, nothing that is drawn or drawn again. */
export async function watchPlainly({
  live,
  state: first,
  onHappened,
  onOpened,
  signal,
  input,
  print,
}: Omit<WatchOptions, 'place' | 'terminal'> & {
  /** Where letters and Enter can be typed; absent where nobody can. */
  input?: NodeJS.ReadableStream
  print: (line: string) => void
}): Promise<WatchEnd> {
  let state = first
  const say = (words: Text) => print(cleanLine(words[state.lang], { lang: state.lang }))
  const notice = (words: Text | undefined) => words && say(words)
  let end: (how: WatchEnd['how']) => void = () => undefined
  const ended = new Promise<WatchEnd['how']>(resolve => {
    end = resolve
  })
  signal.addEventListener('abort', () => end('gone'))
  let hasBegun = false
  let where = { id: '', isDone: false }

  say(first.lesson.title)
  say(labLine(first.lesson.id, first.lab))
  say(LOOKING)
  const lines = input && createInterface({ input, terminal: false })
  lines?.on('line', typed => {
    for (const key of typed.trim().toLowerCase()) {
      const { state: next, wish } = pressed(state, key)
      const hasTurned = next.turnedTo !== state.turnedTo || next.lang !== state.lang
      state = next
      if (wish === 'quit') end('quit')
      else if (wish === 'again') live.again()
      else if (wish) {
        notice(onOpened?.(state, wish.opened, wish.steps))
        sayHint(wish.opened)
      } else if (key === 'a') sayAll()
      else if (hasTurned || key === 'n' || key === 'p') sayStanding()
    }
  })
  state.answers?.onTried(id => sayHint(id))
  const off = live.on(event => {
    if (signal.aborted) return
    state = happened(state, event)
    if (event.kind === 'node' && !event.state.isOpen && event.state.reason) say(silentNode(event.state))
    if (event.kind !== 'judged') return
    if (!hasBegun) {
      notice(onHappened?.(state))
      // Where somebody works all the time, it would not settle for long.
      if (stagesOf(state).every(({ claims }) => claims.every(({ id }) => live.judgements.has(id)))) begin()
      return
    }
    // What waits says itself what for.
    for (const { claim, to, cause } of event.flips)
      sayFlip(claim, event.atMs, causeWords(cause && to !== 'waits' ? [cause] : []))
    sayWhere()
    notice(onHappened?.(state))
  })

  /** “12:03:44 holds: …” with what it follows from; of one that fails, what was seen, where, and open hints. */
  function sayFlip(id: string, atMs?: number, cause?: Text): void {
    const claim = stagesOf(state)
      .flatMap(({ claims }) => claims)
      .find(one => one.id === id)
    if (!claim) return
    const { lang } = state
    const { hint: _, ...judgement } = judgementOf(state, id)
    const hint = hintText(id)
    const why = judgement.verdict === 'waits' ? whyWaits(judgement) : undefined
    const details = detailsOf({ claim, judgement: { ...judgement, ...(hint && { hint }) } }, lang, 400)
    const clock = atMs === undefined ? '' : `${new Date(atMs).toTimeString().slice(0, 8)} `
    const parts = [
      `${clock}${WORD[judgement.verdict][lang]}${COLON[lang]}${claim.title[lang]}`,
      ...(cause ? [`(${cause[lang]})`] : []),
      ...(why ? [why[lang]] : []),
      ...details.map(({ label, value }) => `${label}${COLON[lang]}${value}`),
    ]
    print(cleanLine(parts.join(state.lang === 'en' ? '; ' : '；'), { lang, limit: 2000 }))
  }

  function begin(): void {
    if (hasBegun) return
    hasBegun = true
    state = { ...state, judgements: new Map(live.judgements), nodes: live.nodes }
    where = whereIs()
    sayStanding()
  }

  /** Where the lesson is now, when that is elsewhere than before. */
  function sayWhere(): void {
    const now = whereIs()
    if (now.id === where.id && now.isDone === where.isDone) return
    where = now
    const closing = closingOf(state, 0)
    if (now.isDone) {
      say(
        verdictLine(
          'holds',
          tallyOf(closing),
          closing.stages.length === state.lesson.stages.length,
          extraOf(closing),
        ),
      )
      say(nextStep(closing).words)
      return
    }
    const number = state.lesson.stages.findIndex(({ id }) => id === now.id) + 1
    const title = stageTitle(state.lesson.stages[number - 1]!)
    say(text(`Stage ${number}: ${title.en}`, `第 ${number} 個階段：${title['zh-TW']}`))
  }

  /** The first stage that is not done, whatever was turned to. */
  function whereIs(): { id: string; isDone: boolean } {
    const { turnedTo: _, ...untouched } = state
    return { id: stageShown(untouched).id, isDone: closingOf(state, 0).verdict === 'holds' }
  }

  function hintText(id: string): Text | undefined {
    const steps = shownSteps(state, id)
    if (steps.length === 0) return undefined
    return joined(steps, text(' ', ''))
  }

  function sayHint(id: string): void {
    const steps = stepsOf(state, id)
    const at = openSteps(state, id)
    const step = shownSteps(state, id)[at - 1]
    if (step)
      print(clean(`${LABEL.hint[state.lang]} ${at}/${steps.length}${COLON[state.lang]}${step[state.lang]}`))
  }

  /** Each stage with how many of its claims hold, what is in the way, and what to do next. */
  function sayStanding(): void {
    const closing = closingOf(state, 0)
    const [tally, extra] = [tallyOf(closing), extraOf(closing)]
    for (const { stage, claims } of closing.stages) {
      const held = claims.filter(({ judgement }) => judgement.verdict === 'holds').length
      const title = stageTitle(stage)
      say(
        text(
          `Stage ${state.lesson.stages.indexOf(stage) + 1}, ${title.en}: ${held} of ${claims.length}`,
          `第 ${state.lesson.stages.indexOf(stage) + 1} 個階段，${title['zh-TW']}：${claims.length} 項中有 ${held} 項成立`,
        ),
      )
    }
    say(standingLine(tally, closing, extra))
    say(verdictLine(closing.verdict, tally, closing.stages.length === state.lesson.stages.length, extra))
    const focus = focusOf(state)
    if (focus) sayFlip(focus.id)
    else say(nextStep(closing).words)
  }

  function sayAll(): void {
    for (const { claims } of stagesOf(state)) for (const { id } of claims) sayFlip(id)
  }

  try {
    void live.settled().then(begin)
    return { how: await ended, state }
  } finally {
    off()
    lines?.close()
  }
}
