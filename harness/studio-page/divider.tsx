import { useEffect, useState } from 'preact/hooks'
import { keep, setState, useStudio } from './store.ts'
import { WORDS } from './words.ts'

/** The upper part of the page has no less and no more of its height, in per cent. */
const LEAST = 15
const MOST = 85
const STEP = 5
/** Where nobody has moved it: a drawing needs more room than a list. */
const USUAL = 47
const FOR_MAP = 62
/** Where the lesson is above, and not beside (layout.css). */
const FOR_MAP_BELOW = 34
const BELOW = matchMedia('(max-width: 1000px)')

/** How much of the page's height is above the divider, in per cent. */
export function useSplit(): number {
  const { split, pane } = useStudio()
  const [isBelow, setBelow] = useState(BELOW.matches)
  useEffect(() => {
    const listener = () => setBelow(BELOW.matches)
    BELOW.addEventListener('change', listener)
    return () => BELOW.removeEventListener('change', listener)
  }, [])
  return split ?? (pane !== 'map' ? USUAL : isBelow ? FOR_MAP_BELOW : FOR_MAP)
}

/** Between what is known of the lab and its shells: dragged, or moved by the arrow keys; a double click forgets where it was put. */
export function Divider() {
  const { lang } = useStudio()
  const split = useSplit()
  const move = (to: number) => {
    const within = Math.round(Math.min(MOST, Math.max(LEAST, to)))
    keep('split', String(within))
    setState({ split: within })
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowUp: -STEP, ArrowDown: STEP }[event.key]
    if (!step) return
    event.preventDefault()
    move(split + step)
  }
  const onDrag = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const { top, height } = event.currentTarget.parentElement!.getBoundingClientRect()
    move(((event.clientY - top) / height) * 100)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no <hr>
    <div
      class="divider"
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={WORDS.divider[lang]}
      title={WORDS.divider[lang]}
      aria-valuenow={split}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      onKeyDown={onKey}
      onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onDrag}
      onDblClick={() => {
        keep('split', '')
        setState({ split: undefined })
      }}
    />
  )
}
