import type { EventEmitter } from 'node:events'
import type { ReadStream, WriteStream } from 'node:tty'
import { keysIn } from './keys.ts'

/** The alternate screen, without a cursor, without breaking lines by itself (xterm's private modes). */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l'
/** Where a signal to stop had no effect, as nobody is there who could let us go on, we do so by ourselves. */
const NOT_STOPPED_MS = 100

export interface TerminalEvents {
  onKey(key: string): void
  /** All has to be drawn again: another size, or another program was on the screen. */
  onRedraw(): void
  /** Nobody is at the terminal any more. */
  onGone(): void
}

/** A terminal that is ours until it is closed. */
export interface OwnTerminal {
  readonly columns: number
  readonly rows: number
  write(words: string): void
  /** Gives the terminal back as it was. May be called more than once. */
  close(): void
}

/**
 * Takes a terminal for ourselves. It is given back when this is closed, when the process ends in whatever way it can hear
 * of, before a stack is printed, and while it is stopped (Ctrl-Z).
 */
export function openTerminal(
  { input, output }: { input: ReadStream; output: WriteStream },
  { onKey, onRedraw, onGone }: TerminalEvents,
): OwnTerminal {
  let isOurs = false
  let waking: NodeJS.Timeout | undefined
  const enter = () => {
    if (isOurs) return
    isOurs = true
    input.setRawMode(true)
    output.write(ENTER)
  }
  const leave = () => {
    if (!isOurs) return
    isOurs = false
    try {
      input.setRawMode(false)
      output.write(LEAVE)
    } catch {
      // The terminal itself is gone.
    }
  }

  const goOn = () => {
    if (isOurs) return
    process.on('SIGTSTP', suspend)
    enter()
    onRedraw()
  }
  const suspend = () => {
    leave()
    process.off('SIGTSTP', suspend)
    // The whole job, as the terminal would: npm and the shell around us are in it too.
    process.kill(0, 'SIGTSTP')
    waking = setTimeout(goOn, NOT_STOPPED_MS)
  }
  const onData = (sent: Buffer | string) => {
    for (const key of keysIn(String(sent))) {
      if (key === 'suspend') suspend()
      else if (key === 'redraw') onRedraw()
      else onKey(key)
    }
  }

  const heard = listeners()
  heard.on(input, 'data', onData)
  heard.on(input, 'end', onGone)
  heard.on(output, 'resize', onRedraw)
  heard.on(process, 'SIGCONT', goOn)
  heard.on(process, 'exit', leave)
  heard.on(process, 'uncaughtExceptionMonitor', leave)
  process.on('SIGTSTP', suspend)
  enter()
  return {
    get columns() {
      return output.columns
    },
    get rows() {
      return output.rows
    },
    write(words) {
      if (isOurs) output.write(words)
    },
    close() {
      // Or what is already given back would be taken again.
      clearTimeout(waking)
      heard.off()
      process.off('SIGTSTP', suspend)
      leave()
      // Else nobody could end this process.
      input.pause()
      input.unref()
    },
  }
}

/** What is listened to until all of it is given up at once: what is put on cannot be forgotten when it is taken off. */
function listeners() {
  const all: (() => void)[] = []
  return {
    on(emitter: EventEmitter, event: string, listener: Parameters<EventEmitter['on']>[1]): void {
      emitter.on(event, listener)
      all.push(() => emitter.off(event, listener))
    },
    off(): void {
      for (const off of all) off()
    },
  }
}
