import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { courseFolder } from '../core/checkout.ts'
import { type Text, text } from '../core/text.ts'
import { cachedManifest } from '../manifest/cached.ts'
import { nodeNames, type Topology } from './topology.ts'

const FILE = 'topology.yaml'

/**
 * The machines of a lesson: its own where its folder has a topology.yaml, else those of the course. An invalid file is a
 * BadCall with `file:line:column: sentence` a line, and the nearest known word.
 */
export async function loadTopology(lessonFolder = courseFolder): Promise<Topology> {
  const own = join(lessonFolder, FILE)
  const file = existsSync(own) ? own : join(courseFolder, FILE)
  return cachedManifest('topology', [file], () => validate(file))
}

async function validate(file: string): Promise<Topology> {
  const [{ readManifest, complain }, { nearest }, { default: schema }] = await Promise.all([
    import('../manifest/validate.ts'),
    import('../core/nearest.ts'),
    import('./topology.schema.json', { with: { type: 'json' } }),
  ])
  const { value, at } = await readManifest<Topology>(file, schema)
  const [first] = contradictions(value, nearest)
  if (first) throw complain(at(...first.path), first.sentence)
  return value
}

interface Contradiction {
  path: string[]
  sentence: Text
}

/** Names that parts of a lab have beside its nodes: its wires, what prepares something, and its bridges. */
const RESERVED = ['world', 'start', 'br']

/** What no schema can say. */
function contradictions(
  { links, nodes, central }: Topology,
  nearest: (word: string, known: string[]) => string | undefined,
): Contradiction[] {
  const found: Contradiction[] = []
  const say = (path: string[], en: string, zhTW: string) => found.push({ path, sentence: text(en, zhTW) })
  Object.keys(links).forEach((name, at) => {
    // Machines call their cards in the order they are plugged in.
    if (name !== `eth${at}`)
      say(['links', name], `this link comes as \`eth${at}\``, `這個介面應該是 \`eth${at}\``)
  })
  for (const role of ['management', 'underlay'] as const) {
    const count = Object.values(links).filter(link => link.role === role).length
    if (count !== 1)
      say(
        ['links'],
        `one link has the role \`${role}\`, not ${count}`,
        `角色 \`${role}\` 要剛好一個介面，不是 ${count} 個`,
      )
  }
  for (const node of RESERVED.filter(name => name in nodes))
    say(['nodes', node], 'the lab itself has this name: take another', '實驗環境自己用了這個名稱：請換一個')
  const takenBy = new Map<number, string>()
  for (const [node, { number }] of Object.entries(nodes)) {
    const other = takenBy.get(number)
    if (other !== undefined)
      say(['nodes', node, 'number'], `\`${other}\` has this number`, `\`${other}\` 已經用了這個數字`)
    takenBy.set(number, node)
  }
  for (const [link, { outside }] of Object.entries(links)) {
    const node = outside && takenBy.get(outside.number)
    if (node !== undefined)
      say(['links', link, 'outside', 'number'], `\`${node}\` has this number`, `\`${node}\` 已經用了這個數字`)
  }
  const subnets = Object.entries(links).flatMap(([link, { subnet, outside }]) => [
    { path: ['links', link, 'subnet'], subnet },
    ...(outside?.beyond
      ? [{ path: ['links', link, 'outside', 'beyond', 'subnet'], subnet: outside.beyond.subnet }]
      : []),
  ])
  subnets.forEach(({ path, subnet }, at) => {
    if (subnets.findIndex(one => one.subnet === subnet) < at)
      say(path, 'another link has this subnet', '另一個介面已經用了這個子網路')
  })
  if (!(central in nodes)) {
    const guess = nearest(central, nodeNames({ links, nodes, central }))
    say(
      ['central'],
      `there is no node \`${central}\`${guess ? `; did you mean \`${guess}\`?` : ''}`,
      `沒有 \`${central}\` 這個節點${guess ? `，是不是要寫 \`${guess}\`？` : ''}`,
    )
  }
  return found
}
