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

/**
 * Types commands into the shell of a node that was used last, or a new one. What is left running gets a shell of its own.
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
  if (!shell) {
    tell({ do: 'open-shell', node, command, runs })
    return
  }
  if (ends === 'ongoing') {
    busy.add(shell.id)
    lastOf.delete(node)
  } else lastOf.set(node, shell.id)
  setState({ shell: shell.id })
  tell({ do: 'type-command', shell: shell.id, command, runs })
  focusShell()
}

/** Into the shell, so that Enter runs what was typed. */
export function focusShell(): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('#shells textarea.xterm-helper-textarea')?.focus(),
  )
}
