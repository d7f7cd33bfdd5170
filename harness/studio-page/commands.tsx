import { useState } from 'preact/hooks'
import type { CommandPiece } from './protocol.ts'
import { openShell, typeCommand } from './shell-actions.ts'
import { useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

const SHELL_COMMAND = /^npm run lab shell (?:-- )?(\S+)$/

/** What stands for something that only the reader's own machines know. */
const BLANK = /\b[A-Z]+-OF-[A-Z0-9]+\b/g

/** Commands of the lesson's text, with a button for each node they are typed on. */
export function Commands({ piece }: { piece: CommandPiece }) {
  const { lang, model } = useStudio()
  const { run, on, ends } = piece
  const isGuest = model?.role === 'guest'
  const isOwn = on.length === 0 && ends !== 'shown'
  const node = SHELL_COMMAND.exec(run)?.[1]
  const blanks = [...new Set(run.match(BLANK))]
  const note =
    ends === 'shown'
      ? WORDS.shownOnly
      : isOwn
        ? / check /.test(run)
          ? WORDS.checkedHere
          : WORDS.ownComputer
        : blanks.length > 0
          ? SAY.fillIn(blanks)
          : ends === 'itself'
            ? undefined
            : WORDS[ends]
  return (
    <figure class={`commands ${ends === 'shown' || isOwn ? 'aside' : ''}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <pre tabIndex={0}>
        <code>{run}</code>
      </pre>
      <figcaption>
        {!isGuest &&
          on.map(name => (
            <span class="pair" key={name}>
              <button
                type="button"
                class="type"
                onClick={() => typeCommand(name, run, { runs: false, ends })}
              >
                {SAY.typeIn(name)[lang]}
              </button>
              {blanks.length === 0 && (
                <button
                  type="button"
                  class="run"
                  aria-label={SAY.runIn(name)[lang]}
                  onClick={() => typeCommand(name, run, { runs: true, ends })}
                >
                  {WORDS.run[lang]}
                </button>
              )}
            </span>
          ))}
        {!isGuest && node && model?.nodes.includes(node) && (
          <button type="button" class="type" onClick={() => openShell({ node })}>
            {SAY.openOn(node)[lang]}
          </button>
        )}
        <Copy words={run} />
        {note && <span class="note">{note[lang]}</span>}
      </figcaption>
    </figure>
  )
}

/** Copies words; says for a moment that it did. */
export function Copy({ words }: { words: string }) {
  const { lang } = useStudio()
  const [isCopied, setCopied] = useState(false)
  // Only a secure context may write to the clipboard: not a lab room without TLS.
  if (!navigator.clipboard) return null
  const copy = async () => {
    await navigator.clipboard.writeText(words)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <button type="button" class="quiet copy" onClick={() => void copy()}>
      {(isCopied ? WORDS.copied : WORDS.copy)[lang]}
    </button>
  )
}
