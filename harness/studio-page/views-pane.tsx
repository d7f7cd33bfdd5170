import { ClaimsView } from './claims-pane.tsx'
import { MapPane } from './map-pane.tsx'
import { PacketsPane } from './packets-pane.tsx'
import { type Pane, setState, useStudio } from './store.ts'
import { WORDS } from './words.ts'

const PANES: Pane[] = ['claims', 'map', 'packets']

/** What is known of the lab, one of several views of it. */
export function ViewsPane() {
  const { lang, pane } = useStudio()
  const go = (to: Pane | undefined) => {
    if (!to) return
    setState({ pane: to })
    document.querySelector<HTMLElement>(`#view-${to}`)?.focus()
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step) go(PANES[(PANES.indexOf(pane) + step + PANES.length) % PANES.length])
  }
  return (
    <section class="claims" aria-label={WORDS.views[lang]} data-part="views" tabIndex={-1}>
      <div class="bar">
        <div role="tablist" aria-label={WORDS.views[lang]} class="tabs" onKeyDown={onKey}>
          {PANES.map(one => (
            <button
              type="button"
              role="tab"
              id={`view-${one}`}
              key={one}
              aria-selected={one === pane}
              aria-controls="view"
              tabIndex={one === pane ? 0 : -1}
              onClick={() => setState({ pane: one })}
            >
              {WORDS[one][lang]}
            </button>
          ))}
        </div>
        {pane === 'claims' && <ClaimsView.Bar />}
        {pane === 'map' && <MapPane.Bar />}
      </div>
      <div role="tabpanel" id="view" aria-labelledby={`view-${pane}`} class="view">
        {pane === 'claims' && <ClaimsView />}
        {pane === 'map' && <MapPane />}
        {pane === 'packets' && <PacketsPane />}
      </div>
    </section>
  )
}
