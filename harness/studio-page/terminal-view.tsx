import { useEffect, useRef } from 'preact/hooks'
import { drawWith } from './connection.ts'
import type { ShellState } from './protocol.ts'
import { useStudio } from './store.ts'
import type { PageTerminal } from './terminal.ts'
import { SAY } from './words.ts'

/** Shown while a shell is on the screen; what was on it before comes from the studio. */
export function TerminalView({ shell, isForReader }: { shell: ShellState; isForReader: boolean }) {
  const { lang, model, connection } = useStudio()
  const place = useRef<HTMLDivElement>(null)
  const terminal = useRef<PageTerminal | undefined>(undefined)
  const { id, title } = shell
  const label = SAY.shellOf(title)[lang]
  const isStudent = model?.role === 'student'

  useEffect(() => {
    if (connection !== 'open') return
    let isGone = false
    let stop = () => {}
    // The heaviest part of the page comes last.
    void import('./terminal.ts').then(({ openTerminal }) => {
      if (isGone || !place.current) return
      const opened = openTerminal(place.current, { shell: id, setsSize: isStudent, isForReader, label })
      terminal.current = opened
      const off = drawWith(id, opened)
      opened.begin()
      stop = () => {
        off()
        opened.close()
        terminal.current = undefined
      }
    })
    return () => {
      isGone = true
      stop()
    }
  }, [id, connection, isStudent])
  useEffect(() => terminal.current?.setReader(isForReader), [isForReader])
  useEffect(() => terminal.current?.setLabel(label), [label])
  return <div class="terminal" data-shell={id} ref={place} />
}
