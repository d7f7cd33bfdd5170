import type { Hop } from '../core/hop.ts'
import { useStudio } from './store.ts'
import { HOP_SIGN } from './verdict-words.ts'
import { SAY, WORDS } from './words.ts'

/** The places on a packet's way, and where it was heard last. */
export function Hops({ hops }: { hops: Hop[] }) {
  const { lang } = useStudio()
  return (
    <details class="hops">
      <summary>{WORDS.hops[lang]}</summary>
      <ol>
        {hops.map(({ id, node, title, verdict, saw, heardMs, withinMs }) => (
          <li class={verdict} key={id}>
            <span aria-hidden="true">{HOP_SIGN[verdict]}</span>{' '}
            {[node, title[lang]].filter(Boolean).join(' · ')}
            {heardMs !== undefined && <span class="muted"> · {SAY.after(heardMs, withinMs)[lang]}</span>}
            {saw && <span class="saw"> · {saw[lang]}</span>}
          </li>
        ))}
      </ol>
    </details>
  )
}
