import { useEffect, useRef } from 'preact/hooks'
import { notReached } from '../live/not-reached.ts'
import { Announcer } from './announcer.tsx'
import { Divider, useSplit } from './divider.tsx'
import { Asks } from './guests.tsx'
import { Header } from './header.tsx'
import { LessonPane } from './lesson-pane.tsx'
import { ShellsPane } from './shells-pane.tsx'
import { setState, useStudio } from './store.ts'
import { ViewsPane } from './views-pane.tsx'
import { SAY, WORDS } from './words.ts'

/** The whole page: lesson, what holds, shells. */
export function App() {
  const { model, lang, connection, heardAtMs, sorry, done, nodes, pane, isEnlarged } = useStudio()
  useEffect(() => {
    document.documentElement.lang = lang
    if (model) document.title = `${model.lesson.title[lang]} · ovn-lab`
  }, [lang, model])
  const split = useSplit()
  useF6()
  if (!model)
    return (
      <main class="opening">
        <p>{(connection === 'lost' ? WORDS.lost : WORDS.loading)[lang]}</p>
      </main>
    )
  const gone = nodes.filter(({ isOpen }) => !isOpen)
  return (
    <>
      <a class="skip" href="#shells">
        {WORDS.skip[lang]}
      </a>
      <Header />
      <div class="notices">
        {connection === 'lost' && (
          <p class="notice bad" role="alert">
            {WORDS.lost[lang]}{' '}
            {heardAtMs !== undefined && SAY.shownIsFrom(new Date(heardAtMs).toTimeString().slice(0, 8))[lang]}
          </p>
        )}
        {gone.map(({ node, reason }) => (
          <p class="notice" key={node}>
            {(reason ?? notReached(node))[lang]}
          </p>
        ))}
        {sorry && (
          <p class="notice bad">
            {sorry[lang]}
            <button type="button" class="quiet" onClick={() => setState({ sorry: undefined })}>
              {WORDS.dismiss[lang]}
            </button>
          </p>
        )}
        {done && (
          <div class={`notice said ${done.isDone ? 'good' : 'bad'}`}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
            <p role="status" tabIndex={0}>
              {done.words}
            </p>
            <button type="button" class="quiet" onClick={() => setState({ done: undefined })}>
              {WORDS.dismiss[lang]}
            </button>
          </div>
        )}
        <Asks />
      </div>
      <main
        class={`studio${pane === 'map' && isEnlarged ? ' enlarged' : ''}${connection === 'lost' ? ' unheard' : ''}`}
        style={{ '--split': `${split}%` }}
      >
        <LessonPane />
        <ViewsPane />
        <Divider />
        <ShellsPane />
      </main>
      <Announcer />
    </>
  )
}

/** F6 goes from part to part, as in a browser's own window: out of a shell, too, which keeps every other key. */
function useF6() {
  const last = useRef(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F6') return
      event.preventDefault()
      const parts = [...document.querySelectorAll<HTMLElement>('[data-part]')]
      const at = parts.findIndex(part => part.contains(document.activeElement))
      const from = at < 0 ? last.current : at
      const step = event.shiftKey ? -1 : 1
      const next = (from + step + parts.length) % parts.length
      last.current = next
      const part = parts[next]
      const inside = part?.querySelector<HTMLElement>('textarea.xterm-helper-textarea') ?? part
      inside?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
