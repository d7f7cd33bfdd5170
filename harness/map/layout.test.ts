import { describe, expect, it } from 'vitest'
import { loadLesson } from '../lesson/load-lesson.ts'
import type { Box } from './geometry.ts'
import { type Layout, layoutOf } from './layout.ts'
import { withMissing } from './missing.ts'
import type { MapElement, MapModel } from './model.ts'
import { RECORDINGS, recordedMap } from './recorded.testing.ts'
import { solvedMap } from './solved-map.ts'

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe.each(RECORDINGS)('the layout of $day, $state', ({ day, state }) => {
  it('has a place for everything, and no two things in one', async () => {
    const map = withMissing(await recordedMap(day, state), (await solvedMap(await loadLesson(day)))!)
    const { boxes, width } = layoutOf(map)
    expect([...boxes.keys()].sort()).toEqual(map.elements.map(({ id }) => id).sort())
    // So much room the studio has for it in a window of 1280 px.
    expect(width).toBeLessThanOrEqual(760)
    const isPart = (one: MapElement, other: MapElement) => one.inside === other.id || one.kind === 'node'
    const clashes = map.elements.flatMap((one, at) =>
      map.elements
        .slice(at + 1)
        .filter(other => !isPart(one, other) && !isPart(other, one))
        .filter(other => overlap(boxes.get(one.id)!, boxes.get(other.id)!))
        .map(other => `${one.id} and ${other.id}`),
    )
    expect(clashes).toEqual([])
  })

  it('moves nothing else when any one thing is gone, nor when it comes back', async () => {
    const map = withMissing(await recordedMap(day, state), (await solvedMap(await loadLesson(day)))!)
    const whole = layoutOf(map)
    for (const gone of map.elements.filter(({ kind }) => kind !== 'node')) {
      const rest = without(map, gone)
      const now = layoutOf(rest, whole.rows)
      const ids = rest.elements.map(({ id }) => id).filter(id => isFree(gone, id, map))
      expect([gone.id, moved(ids, whole, now)]).toEqual([gone.id, []])
      expect([gone.id, moved([...whole.boxes.keys()], whole, layoutOf(map, now.rows))]).toEqual([gone.id, []])
    }
  })
})

const moved = (ids: string[], before: Layout, after: Layout) =>
  ids.filter(id => JSON.stringify(before.boxes.get(id)) !== JSON.stringify(after.boxes.get(id)))

/** A thing goes with its parts; a port of a router stands where the switch is that it leads to. */
function without(map: MapModel, gone: MapElement): MapModel {
  const ids = new Set(
    map.elements.filter(one => one.id === gone.id || one.inside === gone.id).map(({ id }) => id),
  )
  return {
    ...map,
    elements: map.elements.filter(({ id }) => !ids.has(id)),
    edges: map.edges.filter(({ from, to }) => !ids.has(from) && !ids.has(to)),
  }
}
const isFree = (gone: MapElement, id: string, { edges, elements }: MapModel) => {
  const goes = elements.filter(one => one.id === gone.id || one.inside === gone.id).map(one => one.id)
  const joined = edges.some(
    ({ from, to }) => (goes.includes(from) && to === id) || (goes.includes(to) && from === id),
  )
  return !(joined && (id.startsWith('lrp:') || id.startsWith('wire:')))
}

describe('what comes unexpectedly', () => {
  const extra = (id: string, kind: MapElement['kind'], more: Partial<MapElement> = {}): MapElement => ({
    id,
    kind,
    name: id.replace(/.*[:/]/, ''),
    facts: [],
    details: [],
    ...more,
  })

  it.each([
    extra('netns:controller/a0', 'namespace', { node: 'controller' }),
    extra('ls:a0', 'switch'),
    extra('lsp:a0', 'switch-port', { inside: 'ls:ls0' }),
    extra('lr:a0', 'router'),
    extra('linux-bridge:hypervisor/a0', 'linux-bridge', { node: 'hypervisor' }),
    extra('bridge:controller/a0', 'bridge', { node: 'controller' }),
  ])('$id finds a place and moves nothing, without a lesson or an earlier layout', async added => {
    const map = await recordedMap('day-05', 'solved')
    const [before, after] = [
      layoutOf(map),
      layoutOf({ ...map, elements: [...map.elements, added] }, layoutOf(map).rows),
    ]
    expect(after.boxes.has(added.id)).toBe(true)
    for (const [id, box] of before.boxes) expect([id, after.boxes.get(id)]).toEqual([id, box])
  })

  it('in great numbers is counted, and the rest has its place', async () => {
    const map = await recordedMap('day-06', 'mapping')
    const many = Array.from({ length: 60 }, (_, at) =>
      extra(`netns:controller/x${at}`, 'namespace', { node: 'controller' }),
    )
    const { more, boxes } = layoutOf({ ...map, elements: [...map.elements, ...many] })
    expect(more.flatMap(({ ids }) => ids).length + many.filter(({ id }) => boxes.has(id)).length).toBe(60)
  })
})
