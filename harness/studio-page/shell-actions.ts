import type { CommandPiece } from './protocol.ts'
import { getState, setState, tell } from './store.ts'

/** Shells in which something was left running: commands that come later go elsewhere. */
const busy = new Set<number>()
/** What was looked at last, by node: there a command belongs. */
const lastOf = new Map<string, number>()

export function showShell(id: number): void {
  const shell = getState().shells.find(one => one.id === id)
  if (shell && shell.netns === undefined && !busy.has(id)) lastOf.set(shell.node, id)
  setState({ shell: id })
}

export function openShell(place: { node: string; netns?: string }): void {
  tell({ do: 'open-shell', ...place })
}

/** A shell that is being opened on our request: whether something will go on running in it. */
let isNextBusy = false

/** The shell that we have asked for is there. */
export function opened(id: number): void {
  if (isNextBusy) busy.add(id)
  isNextBusy = false
  showShell(id)
  focusShell(id)
}

/**
 * Types commands into the shell of a node that was used last, or a new one. What is left running gets a shell of its own, so
 * that the others stay as they are, with what was loaded in them.
 */
export function typeCommand(
  node: string,
  command: string,
  { runs, ends }: { runs: boolean; ends: CommandPiece['ends'] },
): void {
  const free = getState().shells.filter(
    shell =>
      shell.node === node && shell.netns === undefined && !busy.has(shell.id) && shell.state === 'open',
  )
  const shell = free.find(({ id }) => id === lastOf.get(node)) ?? free.at(-1)
  if (!shell || ends === 'ongoing') {
    isNextBusy = ends === 'ongoing'
    tell({ do: 'open-shell', node, command, runs })
    return
  }
  showShell(shell.id)
  tell({ do: 'type-command', shell: shell.id, command, runs })
  focusShell(shell.id)
}

/** Into a shell, so that Enter runs what was typed; its terminal may still be on its way. */
function focusShell(id: number, tries = 60): void {
  const place = `.terminal[data-shell="${id}"] textarea.xterm-helper-textarea`
  const terminal = document.querySelector<HTMLElement>(place)
  terminal?.focus()
  if (!terminal && tries > 0) setTimeout(() => focusShell(id, tries - 1), 50)
}
