import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.ts'
import { text } from '../say/text.ts'
import { inWorld } from './enter.ts'
import { NODES, type NodeName, paths } from './names.ts'
import { firstOf, remember } from './processes.ts'
import { didNotStart } from './sentences.ts'
import { $ } from './shell.ts'
import type { LabState } from './state.ts'

const script = (name: string) => join(root, 'harness/embedded', name)

/** Starts the wires and the physical side of a lab; resolves when they are there. */
export async function startWorld(lab: string, state: LabState): Promise<void> {
  const { cgroups, env } = remember(lab, 'world')
  const log = openSync(paths(lab).log('world'), 'a')
  // A session of its own (detached): a Ctrl-C or the end of the terminal is not the end of the lab.
  const world = spawn(
    'unshare',
    ['--mount', '--net', '--propagation', 'private', 'sh', script('world.sh')].concat(
      [paths(lab).folder, String(state.ownerUid)],
      cgroups,
    ),
    { env, detached: true, stdio: ['ignore', 'pipe', log] },
  )
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    const failed = () => reject(didNotStart(text('its wires broke', '網路線中斷'), logOf(lab, 'world')))
    world.once('error', reject)
    world.once('exit', failed)
    world.stdout?.once('data', () => {
      world.off('exit', failed)
      resolve()
    })
  })
  world.stdout?.destroy()
  world.unref()
}

/** Switches a container on, with the disk it has or a fresh one. It is not ready yet when this resolves. */
export async function startContainer(
  lab: string,
  node: NodeName,
  state: LabState,
  disk: 'fresh' | 'keep',
): Promise<void> {
  const { folder, log: logFile } = paths(lab)
  const { cgroups, env } = remember(lab, node)
  await $`${inWorld(lab, ['sh', script('disk.sh'), folder, node, disk])}`
  const log = openSync(logFile(node), 'a')
  const unshare = ['unshare', '--mount', '--net', '--propagation', 'private', 'sh', script('node.sh')]
  const world = String(firstOf(lab, 'world'))
  const [command = '', ...argv] = inWorld(lab, [
    ...unshare,
    ...[folder, node, String(NODES[node].number), state.image, world],
    ...cgroups,
  ])
  const started = spawn(command, argv, { env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  started.unref()
}

/** The last lines a part of the lab said, for an error's sentence. */
export function logOf(lab: string, part: NodeName | 'world'): string {
  try {
    return readFileSync(paths(lab).log(part), 'utf8').trim().split('\n').slice(-3).join(' / ')
  } catch {
    return ''
  }
}
