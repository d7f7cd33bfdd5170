import type { LiveLesson } from '../live/live.ts'
import type { View } from './fitted.ts'
import { Frame } from './frame.ts'
import { type Place, watchLines } from './lines.ts'
import { happened, pressed, type WatchState } from './state.ts'
import type { OwnTerminal, TerminalEvents } from './terminal.ts'

/** Changes come in bursts: the screen is drawn at once, and then not more often than this. */
const FRAME_MS = 30
/** Looking that is over sooner is not told: it would only flicker. */
const LOOKING_MS = 300

export interface WatchOptions {
  live: LiveLesson
  state: WatchState
  place: Pick<Place, 'colour' | 'explain'>
  /** Told of each state after something happened that is worth remembering. */
  onHappened?: (state: WatchState) => WatchState['notice']
  /** Told when a learner opened a step of a hint. */
  onOpened?: (state: WatchState, claim: string, steps: number) => WatchState['notice']
  /** The process is being ended: nothing more is told. */
  signal: AbortSignal
  terminal: (events: TerminalEvents) => OwnTerminal
}

/** How a watch ended: the learner quit, pressed Ctrl-C, or left the terminal, or the process is being ended. */
export interface WatchEnd {
  state: WatchState
  how: 'quit' | 'interrupted' | 'gone'
}

/** Shows a lesson while its lab changes, until the learner ends it; the terminal is theirs again then. */
export async function watch({
  live,
  state: first,
  place,
  onHappened,
  onOpened,
  signal,
  terminal: open,
}: WatchOptions): Promise<WatchEnd> {
  let state = first
  let looking: NodeJS.Timeout | undefined
  let beingJudged: Pick<WatchState, 'isLooking' | 'stale'> = first
  let waiting: NodeJS.Timeout | undefined
  let drawnAtMs = 0
  let view: View | undefined
  const frame = new Frame()
  let end: (how: WatchEnd['how']) => void = () => undefined
  const ended = new Promise<WatchEnd['how']>(resolve => {
    end = resolve
  })
  signal.addEventListener('abort', () => end('gone'))

  const drawNow = () => {
    waiting = undefined
    drawnAtMs = performance.now()
    const { columns, rows } = terminal
    const drawn = watchLines(state, { ...place, columns, rows })
    view = drawn.view
    const words = frame.draw(drawn.lines, { columns, rows })
    if (words) terminal.write(words)
  }
  const draw = () => {
    const leftMs = drawnAtMs + FRAME_MS - performance.now()
    if (leftMs <= 0 && !waiting) drawNow()
    else waiting ??= setTimeout(drawNow, leftMs)
  }
  const become = (next: WatchState) => {
    state = next
    draw()
  }
  const notice = (said: WatchState['notice']) => {
    if (said) become({ ...state, notice: said })
  }

  const terminal = open({
    onKey(key) {
      if (key === 'interrupt') return end('interrupted')
      const { state: next, wish } = pressed(state, key, view)
      become(next)
      if (wish === 'quit') end('quit')
      else if (wish === 'again') live.again()
      else if (wish) notice(onOpened?.(state, wish.opened, wish.steps))
    },
    onRedraw() {
      frame.forget()
      drawNow()
    },
    onGone: () => end('gone'),
  })
  first.answers?.onTried(draw)
  const off = live.on(event => {
    if (event.kind === 'judging') {
      beingJudged = { isLooking: event.claims.size > 0, stale: event.stale }
      if (state.isLooking) become({ ...state, ...beingJudged })
      if (!beingJudged.isLooking) {
        clearTimeout(looking)
        looking = undefined
      } else if (!state.isLooking)
        looking ??= setTimeout(() => become({ ...state, ...beingJudged }), LOOKING_MS)
      return
    }
    become(happened(state, event))
    if (event.kind === 'judged') notice(onHappened?.(state))
  })
  try {
    become({ ...state, nodes: live.nodes, judgements: live.judgements })
    return { how: await ended, state }
  } finally {
    off()
    clearTimeout(looking)
    clearTimeout(waiting)
    terminal.close()
  }
}
