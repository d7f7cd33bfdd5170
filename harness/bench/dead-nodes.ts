import { exec } from '../embedded/index.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { linkFor, nodeNames } from '../topology/topology.ts'
import type { BenchLabs } from './labs.ts'

/**
 * How many milliseconds a check takes when no node answers: their management links are down, so that packets vanish.
 * The lab is of no use afterwards.
 */
export async function deadNodes(lesson: string, lab: string, labs: BenchLabs): Promise<number> {
  const topology = await loadTopology()
  const { name } = linkFor(topology, 'management')
  for (const node of nodeNames(topology)) await exec(lab, node, ['ip', 'link', 'set', name, 'down'])
  const run = await labs.command('check', lesson, '--lab', lab)
  if (run.exitCode !== 2)
    throw new Error(`the check of dead nodes ended with ${run.exitCode}:\n${run.output}`)
  return run.wholeMs
}
