import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { courseFolder } from '../core/checkout.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNames, type Topology } from '../topology/topology.ts'
import type { Lesson } from './lesson.ts'

/**
 * The course's helper functions and the lesson's own behind them, as shell text; empty where a lesson has none of its own.
 * Between the two stand the names of the lesson's machines, where they are not those of the course. On
 * the nodes it is /opt/ovn-lab/DAY/helper.sh.
 */
export async function helperOf({ folder }: Pick<Lesson, 'folder'>): Promise<string> {
  const own = await readFile(join(folder, 'helper.sh'), 'utf8').catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOENT') return undefined
    throw problem
  })
  if (own === undefined) return ''
  const shared = (await readdir(courseFolder)).filter(name => name.endsWith('.sh')).sort()
  const texts = await Promise.all(shared.map(name => readFile(join(courseFolder, name), 'utf8')))
  return [...texts, ...(await namesOfItsMachines(folder)), own].join('\n')
}

/** As shell text; none where the machines are called as those of the course, which its own commands know. */
async function namesOfItsMachines(folder: string): Promise<string[]> {
  const [own, ofCourse] = (await Promise.all([loadTopology(folder), loadTopology()])).map(inShell)
  return own === undefined || own === ofCourse ? [] : [own]
}

const inShell = (topology: Topology) =>
  `_ovnlab_nodes() { echo ${nodeNames(topology).join(' ')}; }\n_ovnlab_central() { echo ${topology.central}; }\n`
