import { useEffect, useState } from 'preact/hooks'
import type { Lang, Text } from '../core/text.ts'
import type { Counters } from '../map/edge-details.ts'
import type { Zoom } from './map-zoom.tsx'
import type {
  ClaimState,
  Flipped,
  FromPage,
  Model,
  ShellState,
  StageHead,
  ToPage,
  Whole,
} from './protocol.ts'

export type Pane = 'claims' | 'map' | 'packets'

type MapSaid = Extract<ToPage, { say: 'map' }>
type TrailSaid = Extract<ToPage, { say: 'trail' }>
type NodesSaid = Extract<ToPage, { say: 'nodes' }>['nodes']

/** All that the page shows. */
export interface State {
  connection: 'opening' | 'open' | 'lost'
  /** When the studio last said something, where the connection is lost. */
  heardAtMs: number | undefined
  lang: Lang
  model: Model | undefined
  claims: Record<string, ClaimState>
  whole: Whole | undefined
  judging: string[]
  nodes: NodesSaid
  shells: ShellState[]
  shell: number | undefined
  flips: Flipped[]
  /** The last change of the lab that was heard of. */
  change: { node: string; words: Text } | undefined
  chapter: number
  pane: Pane
  /** Claims of all stages, and not only of this one. */
  showsAll: boolean
  map: Pick<MapSaid, 'map' | 'marks'> | undefined
  /** The last packet that was followed, or that is on its way. */
  trail: TrailSaid | undefined
  asks: { ask: number; name: string; shell: number }[]
  guests: string[]
  /** What the last question of a guest came to, by shell. */
  answers: Record<number, 'asked' | 'yes' | 'no'>
  sorry: Text | undefined
  /** What was done, as its command says it. */
  done: { words: string; isDone: boolean } | undefined
  /** The shell into which a command was typed that Enter would run. */
  typedIn: number | undefined
  /** Undefined where nobody keeps any. */
  checkpoints: Pick<Extract<ToPage, { say: 'checkpoints' }>, 'list' | 'isBusy'> | undefined
  packets: Extract<ToPage, { say: 'packets' }> | undefined
  /** What was counted, as it was read last and the time before. */
  counters: { now: Counters; before?: Counters; sorry?: Text } | undefined
  isForReader: boolean
  /** The map as a list. */
  isList: boolean
  /** How much of the height is above the shells, in per cent; undefined: as usual. */
  split: number | undefined
  /** The map in place of the lesson, too. */
  isEnlarged: boolean
  zoom: Zoom
}

const FLIPS_KEPT = 30
const kept = (key: string) => {
  try {
    return localStorage.getItem(`ovn-lab-${key}`) ?? undefined
  } catch {
    return undefined
  }
}
/** Keeps a choice for the next visit, where the browser lets us. */
export const keep = (key: string, value: string) => {
  try {
    localStorage.setItem(`ovn-lab-${key}`, value)
  } catch {
    // A browser that keeps nothing asks again.
  }
}

export const langKept = (): Lang | undefined => {
  const lang = kept('lang')
  return lang === 'en' || lang === 'zh-TW' ? lang : undefined
}

const initial: State = {
  connection: 'opening',
  heardAtMs: undefined,
  lang: langKept() ?? (document.documentElement.lang === 'zh-TW' ? 'zh-TW' : 'en'),
  model: undefined,
  claims: {},
  whole: undefined,
  judging: [],
  nodes: [],
  shells: [],
  shell: undefined,
  flips: [],
  change: undefined,
  chapter: 0,
  pane: 'claims',
  showsAll: false,
  map: undefined,
  trail: undefined,
  asks: [],
  guests: [],
  answers: {},
  sorry: undefined,
  done: undefined,
  typedIn: undefined,
  checkpoints: undefined,
  packets: undefined,
  counters: undefined,
  isForReader: kept('reader') === 'yes',
  isList: kept('map') === 'list',
  split: Number(kept('split')) || undefined,
  isEnlarged: false,
  zoom: 'read',
}

let state = initial
const listeners = new Set<() => void>()

export const getState = (): State => state

export function setState(change: Partial<State>): void {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}

/** The state, for a component that is drawn anew when it changes. */
export function useStudio(): State {
  const [now, setNow] = useState(state)
  useEffect(() => {
    const listener = () => setNow(state)
    listeners.add(listener)
    listener()
    return () => void listeners.delete(listener)
  }, [])
  return now
}

let send: (message: FromPage) => void = () => {}
/** Says something to the studio; nothing is kept while there is no connection. */
export const tell = (message: FromPage) => send(message)
export const sendBy = (how: typeof send) => {
  send = how
}

/** Puts a message of the studio into the state. Screens go to their terminals. */
export const take = (message: Exclude<ToPage, { say: 'screen' }>): void => setState(changeBy(message))

function changeBy(message: Exclude<ToPage, { say: 'screen' }>): Partial<State> {
  switch (message.say) {
    case 'model': {
      const lang = langKept() ?? message.model.lang
      // Who was here before goes on where they were.
      const chapter = state.model ? state.chapter : Number(kept(`chapter-${message.model.lesson.id}`) ?? 0)
      const last = message.model.chapters[lang].length - 1
      return {
        ...{ model: message.model, lang, flips: [], connection: 'open', sorry: undefined },
        chapter: Math.max(0, Math.min(last, Math.floor(chapter) || 0)),
      }
    }
    case 'claims':
      return { claims: message.claims, whole: message.whole, ...firstUnfinished(message) }
    case 'judging':
      return { judging: message.claims }
    case 'nodes':
      return { nodes: message.nodes }
    case 'counters': {
      const { counters: now, sorry } = message
      const before = state.counters?.now
      return { counters: { now, ...(before && { before }), ...(sorry && { sorry }) } }
    }
    case 'packets':
      return { packets: message }
    case 'map':
      return { map: message }
    case 'trail':
      return { trail: message }
    case 'changed':
      return { change: message.changes.at(-1) }
    case 'flipped':
      return { flips: [...state.flips, message.flipped].slice(-FLIPS_KEPT) }
    case 'shells': {
      const isThere = message.shells.some(({ id }) => id === state.shell)
      return { shells: message.shells, shell: isThere ? state.shell : message.shells.at(-1)?.id }
    }
    case 'typed':
      return { typedIn: message.shell }
    case 'here':
      return {}
    case 'opened':
      return { shell: message.shell }
    case 'guest-asks':
      return { asks: [...state.asks.filter(({ ask }) => ask !== message.ask), message] }
    case 'asks-gone':
      return { asks: state.asks.filter(({ ask }) => ask !== message.ask) }
    case 'answered':
      return { answers: { ...state.answers, [message.shell]: message.yes ? 'yes' : 'no' } }
    case 'guests':
      return { guests: message.names }
    case 'checkpoints':
      return { checkpoints: message }
    case 'done':
      return { done: message }
    case 'sorry':
      return { sorry: message.words }
  }
}

/** The stage that the chapter on the screen teaches. */
export function stageAt({ model, lang, chapter }: State): StageHead | undefined {
  const id = model?.chapters[lang][chapter]?.stage
  return model?.stages.find(stage => stage.id === id)
}

/** Whether nothing more is asked of a claim. */
export const isDone = (claim: ClaimState | undefined): boolean =>
  claim?.verdict === 'holds' || claim?.aside === 'replaced'

/** How many claims of a stage are done. */
export const doneIn = ({ claims }: State, stage: StageHead): number =>
  stage.claims.filter(({ id }) => isDone(claims[id])).length

/** Turns to another part of the lesson, and remembers it. */
export function turnTo(chapter: number): void {
  if (state.model) keep(`chapter-${state.model.lesson.id}`, String(chapter))
  setState({ chapter })
}

/**
 * Where a page begins that remembers nothing, as every studio has an address of its own: at the first stage that is not done, if
 * something of the lesson was built already.
 */
function firstUnfinished({ claims, whole }: Extract<ToPage, { say: 'claims' }>): Partial<State> {
  const { model, lang } = state
  if (state.whole || !whole || !model || kept(`chapter-${model.lesson.id}`) !== undefined) return {}
  const stages = model.stages.filter(stage => !stage.isExtra)
  const isBegun = stages.some(stage => stage.claims.some(({ id, isGiven }) => !isGiven && isDone(claims[id])))
  const next = stages.find(stage => stage.claims.some(({ id }) => !isDone(claims[id])))
  const chapter = model.chapters[lang].findIndex(({ stage }) => stage !== undefined && stage === next?.id)
  return isBegun && chapter > 0 ? { chapter } : {}
}
