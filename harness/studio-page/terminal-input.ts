import type { Terminal } from '@xterm/xterm'
import { getState, setState, tell } from './store.ts'

/** A message of a page may have 1 MiB, and a character in JSON six bytes at most. */
const CHARACTERS_MAX = 64 * 1024

/** Types into a shell; what is pasted may be long. */
export function typed(shell: number, data: string): void {
  if (getState().typedIn === shell) setState({ typedIn: undefined })
  for (let at = 0; at < data.length; ) {
    let end = Math.min(data.length, at + CHARACTERS_MAX)
    // Not between the halves of one character.
    if (end < data.length && /[\uD800-\uDBFF]/.test(data[end - 1]!)) end--
    tell({ do: 'type', shell, data: data.slice(at, end) })
    at = end
  }
}

/**
 * What is pasted is text, and nothing in it is a key: an escape sequence in it would end the paste, so that the rest would run
 * at once, whatever a page somewhere put into the clipboard.
 */
export function pasteSafely(terminal: Terminal, place: HTMLElement): void {
  place.addEventListener(
    'paste',
    event => {
      const words = event.clipboardData?.getData('text/plain')
      event.preventDefault()
      event.stopPropagation()
      if (words) terminal.paste(words.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, ''))
    },
    { capture: true },
  )
}

/** F6 leads on through the page; copying and pasting are the browser's. */
export function passesKey(terminal: Terminal, event: KeyboardEvent): boolean {
  if (event.key === 'F6') return false
  const isShifted = event.ctrlKey && event.shiftKey && !event.altKey
  if (isShifted && event.code === 'KeyV') return false
  if (isShifted && event.code === 'KeyC') {
    event.preventDefault()
    if (event.type === 'keydown') document.execCommand('copy')
    if (event.type === 'keydown') terminal.focus()
    return false
  }
  return true
}
