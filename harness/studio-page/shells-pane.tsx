import { useState } from 'preact/hooks'
import { TypingBar } from './guests.tsx'
import type { ShellState } from './protocol.ts'
import { openShell, showShell } from './shell-actions.ts'
import { tell, useStudio } from './store.ts'
import { TerminalView } from './terminal-view.tsx'
import { SAY, WORDS } from './words.ts'

/** The shells of the machines, one of them on the screen. */
export function ShellsPane() {
  const { shells, shell: id, lang, model } = useStudio()
  const shown = shells.find(shell => shell.id === id)
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const at = shells.findIndex(shell => shell.id === id)
    const next = shells[(at + step + shells.length) % shells.length]
    if (next) showShell(next.id)
    document.querySelector<HTMLElement>(`#tab-${next?.id}`)?.focus()
  }
  return (
    <section class="shells" id="shells" aria-label={WORDS.shells[lang]} data-part="shells" tabIndex={-1}>
      <div class="bar">
        <h2>{WORDS.shells[lang]}</h2>
        {shells.length > 0 && (
          <div role="tablist" aria-label={WORDS.shells[lang]} class="tabs" onKeyDown={onKey}>
            {shells.map(shell => (
              <button
                type="button"
                role="tab"
                id={`tab-${shell.id}`}
                key={shell.id}
                aria-selected={shell.id === id}
                aria-controls="shell-panel"
                tabIndex={shell.id === id ? 0 : -1}
                class={shell.state}
                onClick={() => showShell(shell.id)}
              >
                {shell.title}
              </button>
            ))}
          </div>
        )}
        {model?.role === 'student' && <NewShell />}
      </div>
      {shown ? <ShownShell shell={shown} key={shown.id} /> : <NoShell />}
    </section>
  )
}

function ShownShell({ shell }: { shell: ShellState }) {
  const { lang, model, isForReader, typedIn } = useStudio()
  const { id, title, state, reason, isAnew } = shell
  const isStudent = model?.role === 'student'
  return (
    <div role="tabpanel" id="shell-panel" aria-labelledby={`tab-${id}`} class="shell">
      <TerminalView shell={shell} isForReader={isForReader} />
      <div class="foot">
        {state === 'opening' && <p class="state">{(reason ?? WORDS.opening)[lang]}</p>}
        {state === 'ended' && (
          <p class="state">
            {reason?.[lang]}
            {isStudent && (
              <button type="button" onClick={() => tell({ do: 'reopen-shell', shell: id })}>
                {WORDS.openAgain[lang]}
              </button>
            )}
          </p>
        )}
        {state === 'open' && isAnew && <p class="state">{WORDS.afterReboot[lang]}</p>}
        <p class="state" role="status">
          {typedIn === id && WORDS.pressEnter[lang]}
        </p>
        <TypingBar shell={shell} />
        <span class="muted way-out">
          {isStudent && shell.typing === undefined && <span class="by-keys">{WORDS.clipboard[lang]} </span>}
          {WORDS.leaveShell[lang]}
        </span>
        {isStudent && (
          <button
            type="button"
            class="quiet"
            aria-label={SAY.closeNamed(title)[lang]}
            onClick={() => tell({ do: 'close-shell', shell: id })}
          >
            {WORDS.closeShell[lang]}
          </button>
        )}
      </div>
    </div>
  )
}

/** Where shells will be: what a newcomer needs first. */
function NoShell() {
  const { model, lang } = useStudio()
  return (
    <div class="none">
      <p class="muted">{WORDS.noShells[lang]}</p>
      {model?.role === 'student' &&
        model.nodes.map(node => (
          <button type="button" key={node} onClick={() => openShell({ node })}>
            {SAY.openOn(node)[lang]}
          </button>
        ))}
    </div>
  )
}

/** A shell on any node, or in any namespace there is. */
function NewShell() {
  const { nodes, model, lang } = useStudio()
  const [value, setValue] = useState('')
  const places = (model?.nodes ?? []).flatMap(node => [
    { node },
    ...(nodes.find(one => one.node === node)?.netns ?? []).map(netns => ({ node, netns })),
  ])
  return (
    <label class="new">
      <span class="hidden">{WORDS.newShellOn[lang]}</span>
      <select
        value={value}
        onChange={event => {
          const place = places[Number(event.currentTarget.value)]
          setValue('')
          event.currentTarget.value = ''
          if (place) openShell(place)
        }}
      >
        <option value="">+ {WORDS.newShell[lang]}</option>
        {places.map((place, index) => (
          <option value={index} key={`${place.node} ${'netns' in place ? place.netns : ''}`}>
            {place.node}
            {'netns' in place ? ` · ${place.netns}` : ''}
          </option>
        ))}
      </select>
    </label>
  )
}
