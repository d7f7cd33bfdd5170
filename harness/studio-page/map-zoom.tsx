import { useLayoutEffect } from 'preact/hooks'
import { getState, setState, useStudio } from './store.ts'
import { WORDS } from './words.ts'

/** How large a drawing is shown: as its words are read at once; all of it in the room there is; or so many times its size. */
export type Zoom = 'read' | 'whole' | number

/** How much smaller or larger than it is drawn a map is shown: its words are read, whatever room there is. */
const LEAST_READ = 0.94
const MOST_READ = 1.3
/** By hand it is made smaller and larger than that. */
const LEAST = 0.25
const MOST = 4
const STEP = 1.25
/** How far a mouse goes, in pixels, until it drags and no longer clicks. */
const DRAGS = 4

/** The size of a drawing of so many pixels. */
export const sized = (zoom: Zoom, width: number) => {
  if (zoom === 'whole') return {}
  if (zoom !== 'read') return { width: `${Math.round(zoom * width)}px` }
  return {
    minWidth: `${Math.round(LEAST_READ * width)}px`,
    maxWidth: `${Math.round(MOST_READ * width)}px`,
  }
}

/** What stays where it is while the drawing changes its size: a point of it, and where that is on the screen. */
let held: { point: DOMPoint; x: number; y: number } | undefined

const pictureAndMatrix = () => {
  const picture = document.querySelector('.picture')
  const matrix = picture?.querySelector('svg')?.getScreenCTM()
  return picture && matrix ? { picture, matrix } : undefined
}

/** Makes the drawing larger, around a point of the screen or the middle of what is seen. */
function zoomBy(factor: number, at?: { clientX: number; clientY: number }): void {
  const shown = pictureAndMatrix()
  if (!shown) return
  const { left, top, width, height } = shown.picture.getBoundingClientRect()
  const [x, y] = at ? [at.clientX, at.clientY] : [left + width / 2, top + height / 2]
  held = { point: new DOMPoint(x, y).matrixTransform(shown.matrix.inverse()), x, y }
  setState({ zoom: Math.min(MOST, Math.max(LEAST, shown.matrix.a * factor)) })
}

/** Keeps what was held where it was, once the drawing has another size. */
export function useHeld(): void {
  const { zoom } = useStudio()
  useLayoutEffect(() => {
    const shown = pictureAndMatrix()
    if (held && shown) {
      const now = held.point.matrixTransform(shown.matrix)
      shown.picture.scrollBy(now.x - held.x, now.y - held.y)
    }
    held = undefined
  }, [zoom])
}

/** Whether a key was one of the drawing's: those of the browser's own zoom, without Ctrl. Arrows scroll, as everywhere. */
export function zoomByKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false
  if (key === '0') setState({ zoom: 'whole' })
  else if (key === '+' || key === '=') zoomBy(STEP)
  else if (key === '-') zoomBy(1 / STEP)
  else return false
  return true
}

export function zoomByWheel(event: WheelEvent): void {
  if (!event.ctrlKey || event.deltaY === 0) return
  event.preventDefault()
  zoomBy(event.deltaY < 0 ? STEP : 1 / STEP, event)
}

/** Moves the drawing under a mouse that is held down; fingers do so by themselves. */
export function drag(event: PointerEvent & { currentTarget: HTMLElement }): void {
  const picture = event.currentTarget
  if (event.pointerType !== 'mouse' || event.button !== 0) return
  const from = { x: picture.scrollLeft + event.clientX, y: picture.scrollTop + event.clientY }
  const ends = new AbortController()
  const onMove = ({ clientX, clientY, buttons }: PointerEvent) => {
    if (buttons === 0) return ends.abort()
    if (Math.hypot(clientX - event.clientX, clientY - event.clientY) > DRAGS) picture.classList.add('dragged')
    if (picture.classList.contains('dragged')) picture.scrollTo(from.x - clientX, from.y - clientY)
  }
  picture.classList.remove('dragged')
  addEventListener('pointermove', onMove, { signal: ends.signal })
  addEventListener('pointerup', () => ends.abort(), { signal: ends.signal })
}

/** Whether what ends here was no click: the drawing was dragged. */
export function wasDragged(picture: Element): boolean {
  const was = picture.classList.contains('dragged')
  picture.classList.remove('dragged')
  return was
}

export function ZoomBar() {
  const { lang, zoom } = useStudio()
  const isWhole = zoom === 'whole'
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form
    <div class="choice zoom" role="group" aria-label={WORDS.zoom[lang]}>
      <button type="button" class="quiet" title={WORDS.zoomOut[lang]} onClick={() => zoomBy(1 / STEP)}>
        <span aria-hidden="true">−</span>
        <span class="hidden">{WORDS.zoomOut[lang]}</span>
      </button>
      <button type="button" class="quiet" title={WORDS.zoomIn[lang]} onClick={() => zoomBy(STEP)}>
        <span aria-hidden="true">+</span>
        <span class="hidden">{WORDS.zoomIn[lang]}</span>
      </button>
      <button
        type="button"
        class="quiet"
        aria-pressed={isWhole}
        onClick={() => setState({ zoom: isWhole ? 'read' : 'whole' })}
      >
        {WORDS.zoomWhole[lang]}
      </button>
    </div>
  )
}

/** The map in place of the lesson, where all of it is seen first; and back, as it was. */
export const enlarge = () => {
  const isEnlarged = !getState().isEnlarged
  setState({ isEnlarged, zoom: isEnlarged ? 'whole' : 'read' })
}
