import xterm from '@xterm/headless'
import { afterEach } from 'vitest'
import { loadLesson } from '../lesson/load-lesson.ts'
import { keysIn } from './keys.ts'
import { begun, scripted } from './scripted.testing.ts'
import type { WatchState } from './state.ts'
import type { TerminalEvents } from './terminal.ts'
import { watch } from './watch.ts'

export const day06 = await loadLesson('day-06')

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of running.splice(0)) await end()
})

/** A watch on an emulated terminal of this size. */
export function onTerminal({
  columns = 80,
  rows = 24,
  ...more
}: Partial<WatchState> & { columns?: number; rows?: number } = {}) {
  const lab = scripted(day06)
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  // Where the real one is taken to.
  terminal.write('\u001b[?1049h')
  const written: string[] = []
  const opened: [string, number][] = []
  let events!: TerminalEvents
  const ended = watch({
    live: lab.live,
    state: begun(lab.live, more),
    place: { colour: false, explain: false },
    signal: new AbortController().signal,
    onOpened: (_, claim, steps) => {
      opened.push([claim, steps])
      return undefined
    },
    terminal: given => {
      events = given
      return {
        get columns() {
          return terminal.cols
        },
        get rows() {
          return terminal.rows
        },
        write: words => {
          written.push(words)
          terminal.write(words)
        },
        close: () => undefined,
      }
    },
  })
  running.push(() => {
    events.onKey('q')
    return ended
  })
  const press = (keys: string) => keysIn(keys).forEach(events.onKey)
  const lines = async () => {
    // Drawing waits for its turn, and the emulator reads in its own time.
    await new Promise(resolve => setTimeout(resolve, 50))
    await new Promise<void>(resolve => terminal.write('', resolve))
    const { active } = terminal.buffer
    return Array.from({ length: terminal.rows }, (_, row) => active.getLine(row)!.translateToString(true))
  }
  return {
    lab,
    terminal,
    written,
    opened,
    events,
    press,
    lines,
    screen: async () => (await lines()).join('\n'),
    ended,
  }
}
