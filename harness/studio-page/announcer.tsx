import { useEffect, useRef, useState } from 'preact/hooks'
import { useStudio } from './store.ts'

/** A flip that is older than that was told to a page before this one. */
const FRESH_MS = 5_000

/** Says each flip once, in plain words, to whoever listens to the page. */
export function Announcer() {
  const { flips, lang } = useStudio()
  const [words, setWords] = useState('')
  const said = useRef<unknown>(undefined)
  useEffect(() => {
    const last = flips.at(-1)
    if (!last || said.current === last) return
    said.current = last
    if (Date.now() - last.atMs > FRESH_MS) return
    setWords([last.words[lang], ...last.causes.map(cause => cause[lang])].join(' '))
  }, [flips, lang])
  return (
    <div class="hidden" role="status" aria-live="polite" id="announcer">
      {words}
    </div>
  )
}
