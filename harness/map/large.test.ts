import { expect, it } from 'vitest'
import { svgOf } from './draw.ts'
import type { Box } from './geometry.ts'
import { layoutOf } from './layout.ts'
import type { MapEdge, MapElement, MapModel } from './model.ts'
import { recordedMap } from './recorded.testing.ts'

const NODES = 20
const PORTS = 200

/** Twenty nodes as the controller is, two hundred namespaces with their ports, and a tunnel from each node to each other one. */
async function large(): Promise<MapModel> {
  const map = await recordedMap('day-06', 'mapping')
  const bare = (id: string, kind: MapElement['kind'], more: Partial<MapElement>): MapElement => ({
    ...{ id, kind, name: id.replace(/.*[:/>]/, ''), facts: [], details: [] },
    ...more,
  })
  const names = Array.from({ length: NODES }, (_, at) => `node${at + 1}`)
  const own = (node: string) =>
    map.elements
      .filter(one => one.node === 'controller' && one.kind !== 'tunnel')
      .map(one => JSON.parse(JSON.stringify(one).replaceAll('controller', node)) as MapElement)
  const guests = Array.from({ length: PORTS }, (_, at) => ({ node: names[at % NODES]!, name: `g${at}` }))
  const elements = [
    ...map.elements.filter(({ node }) => node === undefined),
    ...names.flatMap(own),
    ...names.flatMap(node =>
      names
        .filter(other => other !== node)
        .map(other => bare(`tunnel:${node}>${other}`, 'tunnel', { node, inside: `br-int:${node}` })),
    ),
    ...guests.flatMap(({ node, name }) => [
      bare(`netns:${node}/${name}`, 'namespace', { node }),
      bare(`outer:${node}/${name}`, 'plug', { node }),
      bare(`lsp:${node}/${name}`, 'switch-port', { inside: 'ls:ls0' }),
    ]),
  ]
  const edges: MapEdge[] = guests.flatMap(({ node, name }) => [
    { id: `v${name}`, kind: 'veth', from: `netns:${node}/${name}`, to: `outer:${node}/${name}`, rows: [] },
    { id: `b${name}`, kind: 'bound', from: `lsp:${node}/${name}`, to: `outer:${node}/${name}`, rows: [] },
    { id: `p${name}`, kind: 'plugged', from: `outer:${node}/${name}`, to: `br-int:${node}`, rows: [] },
  ])
  const wires: MapEdge[] = names.flatMap(node =>
    ['eth1', 'eth2'].map(link => ({
      ...{ id: `w${node}${link}`, kind: 'wire' as const },
      ...{ from: `physical:${node}/${link}`, to: `wire:${link}`, rows: [] },
    })),
  )
  return { ...map, nodes: names, elements, edges: [...edges, ...wires] }
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

it('twenty nodes and two hundred ports have places of their own, or are counted where they would be', async () => {
  const map = await large()
  const { boxes, more, width } = layoutOf(map)
  const counted = more.flatMap(({ ids }) => ids)
  expect(counted.every(id => !boxes.has(id))).toBe(true)
  const placed = map.elements.filter(({ id }) => boxes.has(id))
  expect(placed.length + counted.length).toBe(map.elements.length)
  // Only tunnels are too many for their place.
  expect(counted.filter(id => !id.startsWith('tunnel:'))).toEqual([])
  const clashes = placed.flatMap((one, at) =>
    placed
      .slice(at + 1)
      .filter(other => one.inside !== other.id && other.inside !== one.id)
      .filter(other => one.kind !== 'node' && other.kind !== 'node')
      .filter(other => overlap(boxes.get(one.id)!, boxes.get(other.id)!))
      .map(other => `${one.id} and ${other.id}`),
  )
  expect(clashes).toEqual([])
  for (const { x, width: own } of boxes.values()) expect(x + own).toBeLessThanOrEqual(width)
  expect(svgOf(map, { lang: 'en' })).toContain('17 more, see the list')
})

it('a claim that fails at what is only counted is marked where it is counted', async () => {
  const map = await large()
  const [hidden] = layoutOf(map).more.flatMap(({ ids }) => ids)
  const claim = { en: 'the tunnel is there', 'zh-TW': '有 tunnel' }
  const svg = svgOf(map, { lang: 'en', marks: [{ on: hidden!, verdict: 'fails', claim }] })
  expect(svg).toContain('>✘1</text>')
})
