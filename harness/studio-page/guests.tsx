import { useState } from 'preact/hooks'
import type { ShellState } from './protocol.ts'
import { setState, tell, useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

/** Questions of guests who want to type: each is answered anew. */
export function Asks() {
  const { asks, shells, lang } = useStudio()
  return (
    <>
      {asks.map(({ ask, name, shell }) => {
        const title = shells.find(({ id }) => id === shell)?.title ?? ''
        return (
          <div class="notice ask" role="alertdialog" aria-labelledby={`ask-${ask}`} key={ask}>
            <p id={`ask-${ask}`}>{SAY.wantsToType(name || '?', title)[lang]}</p>
            <button type="button" onClick={() => tell({ do: 'answer', ask, yes: true })}>
              {WORDS.allow[lang]}
            </button>
            <button type="button" onClick={() => tell({ do: 'answer', ask, yes: false })}>
              {WORDS.refuse[lang]}
            </button>
          </div>
        )
      })}
    </>
  )
}

/** Who types in a shell beside the student; for a guest, the way to ask. */
export function TypingBar({ shell }: { shell: ShellState }) {
  const { model, lang, answers } = useStudio()
  const [name, setName] = useState('')
  const { id, typing } = shell
  if (model?.role === 'student')
    return typing === undefined ? null : (
      <p class="typing">
        {SAY.types(typing)[lang]}
        <button type="button" onClick={() => tell({ do: 'stop-guest', shell: id })}>
          {WORDS.stopTyping[lang]}
        </button>
      </p>
    )
  const answer = answers[id]
  const isMine = typing !== undefined && answer === 'yes'
  const ask = (event: Event) => {
    event.preventDefault()
    setState({ answers: { ...answers, [id]: 'asked' } })
    tell({ do: 'ask-to-type', shell: id, name })
  }
  if (isMine)
    return (
      <p class="typing">
        {WORDS.mayType[lang]}
        <button type="button" onClick={() => tell({ do: 'stop-guest', shell: id })}>
          {WORDS.stopTyping[lang]}
        </button>
      </p>
    )
  return (
    <form class="typing" onSubmit={ask}>
      {typing !== undefined && <span>{SAY.types(typing)[lang]}</span>}
      {answer === undefined && typing === undefined && <span>{WORDS.onlySee[lang]}</span>}
      <label>
        {WORDS.yourName[lang]}{' '}
        <input value={name} required maxLength={60} onInput={event => setName(event.currentTarget.value)} />
      </label>
      <button type="submit">{WORDS.askToType[lang]}</button>
      {answer === 'asked' && <span role="status">{WORDS.asked[lang]}</span>}
      {answer === 'yes' && <span role="status">{WORDS.noLonger[lang]}</span>}
      {answer === 'no' && <span role="status">{WORDS.refused[lang]}</span>}
    </form>
  )
}
