import { exec } from '../embedded/index.ts'
import { command } from './command.ts'
import type { Figure } from './figure.ts'

/**
 * How long a check takes when neither node answers: their management links are down, so that packets vanish.
 * The lab is of no use afterwards.
 */
export async function deadNodes(lesson: string, lab: string): Promise<Figure> {
  for (const node of ['controller', 'hypervisor'])
    await exec(lab, node, ['ip', 'link', 'set', 'eth0', 'down'])
  const run = await command('check', lesson, '--lab', lab)
  if (run.exitCode !== 2)
    throw new Error(`the check of dead nodes ended with ${run.exitCode}:\n${run.output}`)
  return { id: 'check-dead-nodes', value: run.wholeMs, unit: 'ms' }
}
