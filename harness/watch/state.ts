import { LANGS, type Lang, type Text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Answers } from '../judge/answers.ts'
import { isFulfilled } from '../judge/aside.ts'
import { type ClaimSpec, type Lesson, type StageSpec, withoutExtra } from '../lesson/lesson.ts'
import type { Change, Flip, LiveEvent, NodeState } from '../live/live.ts'
import type { View } from './fitted.ts'
import { NOT_YET } from './words.ts'

/** All that the screen of a watch is made from. Plain data: each key and each event makes a new one. */
export interface WatchState {
  readonly lesson: Pick<Lesson, 'id' | 'title' | 'stages'>
  readonly lab: string
  readonly lang: Lang
  readonly judgements: ReadonlyMap<string, Judgement>
  readonly nodes: readonly NodeState[]
  /** The one stage that the call is about. */
  readonly only?: string
  /** The stage that the learner turned to; else the first that is not done is shown. */
  readonly turnedTo?: string
  /** The claim whose details are shown, where the learner chose one. */
  readonly chosen?: string
  readonly showsAll: boolean
  /** Steps of hints that are open, by claim. */
  readonly opened: ReadonlyMap<string, number>
  /** Answers, which are tried before they are shown. */
  readonly answers?: Answers
  /** As many steps of each hint are open from the start. */
  readonly hints: number
  /** What was told last. */
  readonly last?: { atMs: number; causes: Change[]; flips: Flip[] }
  readonly isLooking: boolean
  /** Claims whose verdict is from before the last change, and that are being looked at for it. */
  readonly stale: ReadonlySet<string>
  /** Lines that the learner has turned down or up from where the screen would begin. */
  readonly scroll: number
  /** Something that the learner has to know beside the lesson. */
  readonly notice?: Text
}

/** What a key asks for that is not on the screen. */
export type Wish = 'quit' | 'again' | { opened: string; steps: number }

/** The state after something happened on the lab. */
export function happened(state: WatchState, event: LiveEvent): WatchState {
  if (event.kind === 'judged') {
    const judgements = new Map([...state.judgements, ...event.claims])
    const { flips, causes, atMs } = event
    const isFirst = flips.every(({ from }) => from === undefined)
    const last = flips.length > 0 && !isFirst ? { last: { flips, causes, atMs } } : {}
    return { ...state, judgements, ...last }
  }
  if (event.kind !== 'node') return state
  const others = state.nodes.filter(({ node }) => node !== event.state.node)
  return { ...state, nodes: [...others, event.state] }
}

/** The state after a key, and what else the key asks for; `view`: what was on the screen. */
export function pressed(
  state: WatchState,
  key: string,
  view: View = { scroll: state.scroll, page: 1 },
): { state: WatchState; wish?: Wish } {
  const { turnedTo: _, chosen: __, ...rest } = state
  const top = { ...rest, scroll: 0 }
  const stages = stagesOf(state)
  const at = stages.indexOf(stageShown(state))
  switch (key) {
    case 'q':
      return { state, wish: 'quit' }
    case 'r':
      return { state, wish: 'again' }
    case 'a':
      return { state: { ...state, showsAll: !state.showsAll, scroll: 0 } }
    case 'l':
      return { state: { ...state, lang: LANGS[(LANGS.indexOf(state.lang) + 1) % LANGS.length]! } }
    case 'n':
    case 'p': {
      const next = stages[at + (key === 'n' ? 1 : -1)]
      if (!next) return { state }
      const isCurrent = next === stageShown(rest as WatchState)
      return { state: { ...top, showsAll: false, ...(!isCurrent && { turnedTo: next.id }) } }
    }
    case 'down':
    case 'up': {
      const next = nextClaim(state, key)
      return { state: next ? { ...state, ...next, scroll: 0 } : state }
    }
    case 'page-down':
    case 'page-up':
      return { state: { ...state, scroll: view.scroll + (key === 'page-down' ? view.page : -view.page) } }
    case 'h':
      return withNextHint(state)
    default:
      return { state }
  }
}

/** The claim below or above the one in focus: of the stage that is shown, or of all where all are. */
function nextClaim(
  state: WatchState,
  key: 'down' | 'up',
): Pick<WatchState, 'chosen' | 'turnedTo'> | undefined {
  const shown = stageShown(state)
  const all = (state.showsAll ? stagesOf(state) : [shown]).flatMap(stage =>
    stage.claims.map(({ id }) => ({ chosen: id, turnedTo: stage.id })),
  )
  const focus = focusOf(state)?.id
  const first = all.findIndex(({ turnedTo }) => turnedTo === shown.id)
  // Where none is in focus, the first of the stage comes next.
  const now =
    focus === undefined ? first - (key === 'down' ? 1 : 0) : all.findIndex(one => one.chosen === focus)
  const next = all[now + (key === 'down' ? 1 : -1)]
  return next && (state.showsAll ? next : { chosen: next.chosen })
}

function withNextHint(state: WatchState): { state: WatchState; wish?: Wish } {
  const focus = focusOf(state)
  const steps = focus ? openSteps(state, focus.id) + 1 : 0
  if (!focus || steps > stepsOf(state, focus.id).length) return { state }
  const opened = new Map(state.opened).set(focus.id, steps)
  const shown = { ...state, opened, chosen: focus.id, showsAll: false, scroll: 0 }
  return { state: shown, wish: { opened: focus.id, steps } }
}

export const judgementOf = ({ judgements }: WatchState, id: string): Judgement =>
  judgements.get(id) ?? NOT_YET

/** The steps of a claim's hint, in every language; none while it does not fail. */
export function stepsOf(state: WatchState, id: string): Text[] {
  const { hint } = judgementOf(state, id)
  if (!hint) return []
  const inZh = hint['zh-TW'].split('\n')
  return hint.en.split('\n').map((en, step) => ({ en, 'zh-TW': inZh[step] ?? '' }))
}

/** How many of them are open. */
export const openSteps = (state: WatchState, id: string): number =>
  Math.min(state.opened.get(id) ?? state.hints, stepsOf(state, id).length)

/** Those that are open, as they may be shown. */
export function shownSteps(state: WatchState, id: string): Text[] {
  const steps = stepsOf(state, id)
  const open = steps.slice(0, openSteps(state, id))
  const answer = open.length === steps.length ? state.answers?.of(id, judgementOf(state, id)) : undefined
  return answer ? [...open.slice(0, -1), answer] : open
}

/** The stages that the call is about. */
export const stagesOf = ({ lesson, only }: WatchState): StageSpec[] =>
  only === undefined ? lesson.stages : lesson.stages.filter(({ id }) => id === only)

/** The stage on the screen: the one that the learner turned to, else the first that is not done, else the last that counts. */
export function stageShown(state: WatchState): StageSpec {
  const stages = stagesOf(state)
  const counted = withoutExtra(stages)
  const isOpen = ({ claims }: StageSpec) => claims.some(({ id }) => !isFulfilled(judgementOf(state, id)))
  return (
    stages.find(({ id }) => id === state.turnedTo) ??
    counted.find(stage => isOpen(stage) && !isSetAside(state, stage)) ??
    counted.at(-1) ??
    stages.at(-1)!
  )
}

const isSetAside = (state: WatchState, { claims }: StageSpec) =>
  claims.every(({ id }) => {
    const judgement = judgementOf(state, id)
    return judgement.verdict === 'holds' || judgement.aside !== undefined
  })

/** The claim whose details are shown: the chosen one, else the first that fails, else the first that is unknown. */
export function focusOf(state: WatchState): ClaimSpec | undefined {
  const { claims } = stageShown(state)
  const first = (verdict: Judgement['verdict']) =>
    claims.find(({ id }) => judgementOf(state, id).verdict === verdict)
  return claims.find(({ id }) => id === state.chosen) ?? first('fails') ?? first('unknown')
}
