import { useState } from 'preact/hooks'
import { trailLine } from '../tell/trail-line.ts'
import { Hops } from './hops.tsx'
import { tell, useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

/** Sends a packet from a namespace to wherever one wants, and follows it. */
export function ProbeBar() {
  const { nodes, trail, lang, model } = useStudio()
  const places = nodes.flatMap(({ node, netns }) => netns.map(name => `${name}@${node}`))
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  if (model?.role !== 'student' || places.length === 0) return null
  const sender = places.includes(from) ? from : places[0]!
  // A packet to itself shows nothing.
  const other = places.findLast(place => place !== sender)
  const isOnItsWay = trail !== undefined && !trail.trail && !trail.sorry
  const send = (event: Event) => {
    event.preventDefault()
    if (to || other) tell({ do: 'probe', from: sender, to: to || other! })
  }
  return (
    <form class="probe" onSubmit={send}>
      <label>
        {WORDS.probeFrom[lang]}{' '}
        <select value={sender} onChange={event => setFrom(event.currentTarget.value)}>
          {places.map(place => (
            <option key={place}>{place}</option>
          ))}
        </select>
      </label>
      <label>
        {WORDS.probeTo[lang]}{' '}
        <input
          value={to}
          placeholder={other ?? WORDS.someAddress[lang]}
          required={other === undefined}
          size={16}
          onInput={event => setTo(event.currentTarget.value.trim())}
        />
      </label>
      <button type="submit" class="main" disabled={isOnItsWay}>
        {(isOnItsWay ? WORDS.onItsWay : WORDS.probe)[lang]}
      </button>
    </form>
  )
}

/** What became of the packet, hop by hop. */
export function TrailView() {
  const { trail: said, lang } = useStudio()
  if (!said?.trail)
    return said?.sorry ? (
      <p class="trail" role="status">
        {said.sorry[lang]}
      </p>
    ) : null
  const { hops, broken, ...trail } = said.trail
  const at = new Intl.DateTimeFormat(lang, { timeStyle: 'medium', hour12: false }).format(said.atMs)
  const where = hops.find(({ id }) => id === broken)?.where
  return (
    <div class="trail">
      <p role="status">{trailLine(trail, where)[lang]}</p>
      {said.isOld && <p class="muted">{SAY.sentBefore(at)[lang]}</p>}
      <Hops hops={hops} />
    </div>
  )
}
