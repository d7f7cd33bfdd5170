import { useEffect } from 'preact/hooks'
import { detailsOfEdge } from '../map/edge-details.ts'
import { edgeLabel, nameOf } from '../map/label.ts'
import type { Detail, MapEdge, MapElement, MapModel } from '../map/model.ts'
import { tell, useStudio } from './store.ts'
import { WORDS } from './words.ts'

interface OpenProps {
  map: MapModel
  onOpen(id: string): void
  onClose(): void
}

/** The rows and counters behind what is open: a thing on the map, or what joins two of them. */
export function Open({ id, ...props }: OpenProps & { id: string }) {
  const element = props.map.elements.find(one => one.id === id)
  if (element) return <OfElement element={element} {...props} />
  const edge = props.map.edges.find(one => one.id === id)
  return edge ? <OfEdge edge={edge} {...props} /> : null
}

function OfElement({ element, map, onOpen, onClose }: OpenProps & { element: MapElement }) {
  const { lang } = useStudio()
  const edges = map.edges.filter(({ from, to }) => from === element.id || to === element.id)
  const facts = [...(element.off ? [element.off] : []), ...element.facts].map(fact => fact[lang])
  return (
    <Panel
      id={element.id}
      title={nameOf(element, lang)}
      facts={facts}
      details={element.details}
      onClose={onClose}
    >
      {edges.length > 0 && (
        <>
          <p class="muted">{WORDS.connections[lang]}</p>
          <ul class="edges">
            {edges.map(edge => (
              <li key={edge.id}>
                <button type="button" class="quiet" onClick={() => onOpen(edge.id)}>
                  {edgeLabel(map, edge, lang)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

function OfEdge({ edge, map, onClose }: OpenProps & { edge: MapEdge }) {
  const { lang } = useStudio()
  const details = detailsOfEdge(map, edge)
  return (
    <Panel id={edge.id} title={edgeLabel(map, edge, lang)} facts={[]} details={details} onClose={onClose} />
  )
}

interface PanelProps {
  id: string
  title: string
  facts: string[]
  details: Detail[]
  onClose(): void
  children?: unknown
}

function Panel({ id, title, facts, details, onClose, children }: PanelProps) {
  const { lang, model, counters } = useStudio()
  const isStudent = model?.role === 'student'
  useEffect(() => {
    if (isStudent) tell({ do: 'counters' })
  }, [id, isStudent])
  const isCounted = details.some(({ key }) => key !== undefined && counters?.now[key] !== undefined)
  return (
    <aside class="details" aria-label={title}>
      <p class="bar">
        <strong>{title}</strong>
        <span class="muted">{facts.join(' · ')}</span>
        {isStudent && isCounted && (
          <button type="button" class="quiet" onClick={() => tell({ do: 'counters' })}>
            {WORDS.countAgain[lang]}
          </button>
        )}
        <button type="button" class="quiet" onClick={onClose}>
          {WORDS.closeDetails[lang]}
        </button>
      </p>
      {counters?.sorry && <p class="muted">{counters.sorry[lang]}</p>}
      {details.map(({ title: caption, key, rows }, at) => (
        <div key={`${caption} ${at}`}>
          {key !== undefined && <Counted caption={caption} counted={key} />}
          <table>
            <caption>{caption}</caption>
            <tbody>
              {rows.map(row => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  <td>{row.value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
      {children as never}
    </aside>
  )
}

/** What was counted, and how much more that is than when it was read before. */
function Counted({ caption, counted }: { caption: string; counted: string }) {
  const { lang, counters } = useStudio()
  const now = counters?.now[counted]
  const before = counters?.before?.[counted]
  if (!now || Object.keys(now).length === 0) return null
  return (
    <table class="counters">
      <caption>{`${caption}: ${WORDS.counters[lang]}`}</caption>
      <tbody>
        {Object.entries(now).map(([name, count]) => {
          const more = before?.[name] === undefined ? 0 : count - before[name]
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="count">{count}</td>
              <td class="count">{more > 0 ? `+${more}` : ''}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
