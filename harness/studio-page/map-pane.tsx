import { h, type VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { drawMap } from '../map/draw.ts'
import { type ListItem, listOf } from '../map/list.ts'
import type { MapModel } from '../map/model.ts'
import { probeMarks } from '../map/probe.ts'
import type { Rows } from '../map/slots.ts'
import { MAP_STYLE } from '../map/style.ts'
import type { Tree } from '../map/tree.ts'
import { Open } from './details.tsx'
import { drag, enlarge, sized, useHeld, wasDragged, ZoomBar, zoomByKey, zoomByWheel } from './map-zoom.tsx'
import { ProbeBar, TrailView } from './probe.tsx'
import { keep, type State, setState, stageAt, useStudio } from './store.ts'
import { WORDS } from './words.ts'

// A style sheet that a script makes is no <style> element: the policy has nothing against it.
const sheet = new CSSStyleSheet()
sheet.replaceSync(MAP_STYLE)
document.adoptedStyleSheets.push(sheet)

/** What is really there, drawn or as a list, and the way of a packet through it. */
export function MapPane() {
  const { map: seen, lang, isList } = useStudio()
  const [id, setId] = useState<string>()
  if (!seen) return <p class="muted none">{WORDS.mapComes[lang]}</p>
  return (
    <>
      <ProbeBar />
      <div class="map">
        {isList ? <List seen={seen} onOpen={setId} /> : <Picture seen={seen} onOpen={setId} />}
        {id !== undefined && <Open id={id} map={seen.map} onOpen={setId} onClose={() => setId(undefined)} />}
      </div>
      <TrailView />
    </>
  )
}

MapPane.Bar = function Bar() {
  const { lang, isList, isEnlarged, map } = useStudio()
  const choose = (list: boolean) => {
    keep('map', list ? 'list' : 'drawing')
    setState({ isList: list })
  }
  return (
    <>
      <div class="choice map-choice">
        <button type="button" class="quiet" aria-pressed={!isList} onClick={() => choose(false)}>
          {WORDS.asDrawing[lang]}
        </button>
        <button type="button" class="quiet" aria-pressed={isList} onClick={() => choose(true)}>
          {WORDS.asList[lang]}
        </button>
      </div>
      <button type="button" class="quiet enlarge" aria-pressed={isEnlarged} onClick={enlarge}>
        {WORDS.enlarge[lang]}
      </button>
      {map && !isList && <ZoomBar />}
      {map && (
        <a class="again" href={`/save/map.svg?lang=${lang}`} download="map.svg">
          {WORDS.saveMap[lang]}
        </a>
      )}
    </>
  )
}

/** The way of the last packet through the network as it is drawn: none where that has changed since. */
const hopsNow = (trail: ReturnType<typeof useStudio>['trail']) =>
  trail?.isOld ? [] : (trail?.trail?.hops ?? [])

interface SeenProps {
  seen: Pick<ReturnType<typeof useStudio>, 'map'>['map'] & object
  onOpen(id: string): void
}

function Picture({ seen, onOpen }: SeenProps) {
  const state = useStudio()
  const { lang, trail, chapter, zoom } = state
  const picture = useRef<HTMLDivElement>(null)
  useEffect(() => bringIntoView(picture.current, subjectOf(state)), [chapter])
  useHeld()
  const before = useRef<Rows>(undefined)
  const drawing = useMemo(() => {
    const { map, marks } = seen
    const drawn = drawMap(map, {
      lang,
      marks,
      probe: probeMarks(map, hopsNow(trail)),
      isUnstyled: true,
      isInteractive: true,
      ...(before.current && { before: before.current }),
    })
    before.current = drawn.layout.rows
    return drawn
  }, [seen, lang, trail])
  const open = (event: Event) => {
    if (picture.current && wasDragged(picture.current)) return
    const chosen = (event.target as Element).closest('[data-element], [data-edge]')
    const id = chosen?.getAttribute('data-element') ?? chosen?.getAttribute('data-edge')
    if (id) onOpen(id)
  }
  const onKey = (event: KeyboardEvent) => {
    if (zoomByKey(event)) return event.preventDefault()
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    open(event)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form
    <div
      class={`picture${zoom === 'whole' ? ' whole' : ''}`}
      ref={picture}
      role="group"
      aria-label={WORDS.drawing[lang]}
      aria-keyshortcuts="+ - 0"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
      tabIndex={0}
      onClick={open}
      onKeyDown={onKey}
      onWheel={zoomByWheel}
      onPointerDown={drag}
    >
      {asElements(drawing.tree, { style: sized(zoom, drawing.layout.width) })}
    </div>
  )
}

/** What the stage on the screen is about: where its claims fail, or the first thing that the lesson misses. */
function subjectOf(state: State): string | undefined {
  const { map, marks } = state.map!
  const titles = stageAt(state)?.claims.map(({ title }) => title.en) ?? []
  const failing = marks.find(({ claim }) => titles.includes(claim.en)) ?? marks[0]
  return failing?.on ?? map.elements.find(({ isMissing }) => isMissing)?.id
}

/** Scrolls the picture, and nothing around it, where a thing is outside of what is seen of it. */
function bringIntoView(picture: HTMLElement | null, id: string | undefined): void {
  const thing = [...(picture?.querySelectorAll('[data-element]') ?? [])].find(
    one => one.getAttribute('data-element') === id,
  )
  if (!picture || !thing) return
  const [seen, at] = [picture.getBoundingClientRect(), thing.getBoundingClientRect()]
  if (at.top < seen.top || at.bottom > seen.bottom)
    picture.scrollTop += (at.top + at.bottom) / 2 - (seen.top + seen.bottom) / 2
  if (at.left < seen.left || at.right > seen.right)
    picture.scrollLeft += (at.left + at.right) / 2 - (seen.left + seen.right) / 2
}

/** The drawing as elements of the page; a space between them, which is not drawn, keeps words apart that are read as one. */
const asElements = ({ tag, attributes, children }: Tree, more: { style?: object } = {}): VNode =>
  h(
    tag,
    {
      ...attributes,
      ...more,
      ...named(attributes['aria-label'], children),
      ...(attributes['data-element'] && { key: attributes['data-element'] }),
      ...(attributes['data-edge'] && { key: attributes['data-edge'] }),
    },
    ...children.flatMap(child => (typeof child === 'string' ? [child] : [asElements(child), ' '])),
  )

/** Who speaks to the page says what is to be read: where a drawing shortens it, its name has the short form as well. */
function named(label: string | undefined, children: Tree['children']): { 'aria-label'?: string } {
  if (label === undefined) return {}
  const seen = children
    .flatMap(child => (typeof child !== 'string' && child.tag === 'text' ? child.children : []))
    .filter(word => typeof word === 'string')
    .join(' ')
  return plain(label).includes(plain(seen)) ? {} : { 'aria-label': `${seen}: ${label}` }
}

/** What stands in brackets is an aside, which who speaks to the page leaves out. */
const plain = (words: string) =>
  words
    .replace(/\([^()]*\)/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

function List({ seen, onOpen }: SeenProps) {
  const { lang, trail } = useStudio()
  const { map, marks } = seen
  const probe = probeMarks(map, hopsNow(trail))
  return (
    <div class="map-list">
      <Items items={listOf(map, { lang, marks, probe })} map={map} onOpen={onOpen} />
    </div>
  )
}

function Items({ items, map, onOpen }: { items: ListItem[]; map: MapModel; onOpen(id: string): void }) {
  return (
    <ul>
      {items.map(({ id, words, items: inner }) => (
        <li key={id ?? words}>
          {id && map.elements.some(one => one.id === id && !one.isMissing) ? (
            <button type="button" class="quiet" onClick={() => onOpen(id)}>
              {words}
            </button>
          ) : (
            words
          )}
          {inner.length > 0 && <Items items={inner} map={map} onOpen={onOpen} />}
        </li>
      ))}
    </ul>
  )
}
