import { useEffect, useRef, useState } from 'preact/hooks'
import { tell, useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

/** States to come back to: saved by a button, and restored after a question. */
export function Checkpoints() {
  const { checkpoints, lang, model } = useStudio()
  const [asked, setAsked] = useState<string>()
  const menu = useRef<HTMLDetailsElement>(null)
  const yes = useRef<HTMLButtonElement>(null)
  // The question comes in place of a button: the focus goes with it.
  useEffect(() => {
    if (asked !== undefined) yes.current?.focus()
  }, [asked])
  /** What comes of it is told under the menu, which makes room. */
  const begin = (message: Parameters<typeof tell>[0]) => {
    setAsked(undefined)
    tell(message)
    if (!menu.current) return
    menu.current.open = false
    menu.current.querySelector('summary')?.focus()
  }
  if (!checkpoints || model?.role !== 'student') return null
  const { list, isBusy } = checkpoints
  const time = new Intl.DateTimeFormat(lang, { dateStyle: 'short', timeStyle: 'short' })
  return (
    <details class="checkpoints" ref={menu}>
      <summary>{(isBusy ? WORDS.working : WORDS.checkpoints)[lang]}</summary>
      <div class="menu">
        <button type="button" disabled={isBusy} onClick={() => begin({ do: 'save-checkpoint', lang })}>
          {WORDS.saveCheckpoint[lang]}
        </button>
        {list.length === 0 && <p class="muted">{WORDS.noCheckpoints[lang]}</p>}
        <ul>
          {list.map(({ name, savedAt }) => (
            <li key={name}>
              <span>
                {name} <span class="muted">{time.format(new Date(savedAt))}</span>
              </span>
              {asked === name ? (
                <div role="alertdialog" aria-label={SAY.replace(name)[lang]} class="ask">
                  <p>{SAY.replace(name)[lang]}</p>
                  <button
                    type="button"
                    ref={yes}
                    onClick={() => begin({ do: 'restore-checkpoint', name, lang })}
                  >
                    {WORDS.replaceIt[lang]}
                  </button>
                  <button type="button" onClick={() => setAsked(undefined)}>
                    {WORDS.refuse[lang]}
                  </button>
                </div>
              ) : (
                <button
                  type="button"
                  disabled={isBusy}
                  aria-label={SAY.restore(name)[lang]}
                  onClick={() => setAsked(name)}
                >
                  {WORDS.restore[lang]}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </details>
  )
}
