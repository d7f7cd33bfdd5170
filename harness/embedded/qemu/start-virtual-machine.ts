import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../core/checkout.ts'
import { text } from '../../core/text.ts'
import { linksOf, macOf } from '../../topology/topology.ts'
import { inWorld } from '../enter.ts'
import { paths } from '../names.ts'
import { placesHere } from '../places.ts'
import { remembered } from '../processes.ts'
import { runRemembered } from '../run-remembered.ts'
import { didNotStart } from '../sentences.ts'
import { logOf } from '../start.ts'
import type { LabState } from '../state.ts'
import { together } from '../together.ts'
import { imageFiles } from './image.ts'
import { takesCommands } from './monitor.ts'
import { qemuArgv } from './virtual-machine.ts'

/**
 * Switches a virtual machine on: with a fresh disk, with the one it has, or stopped in a snapshot on that disk.
 * Resolves when it takes commands on its monitor; it is not ready yet. CannotLook where QEMU ends at once.
 */
export async function startVirtualMachine(
  lab: string,
  node: string,
  state: LabState,
  disk: 'fresh' | 'keep' | { snapshot: string },
): Promise<void> {
  const { disks, monitor, log: logFile, seed } = paths(lab)
  const base = imageFiles(state.image)
  const [file, seedFile] = [join(disks, `${node}.qcow2`), join(disks, `${node}.seed`)]
  if (disk === 'fresh') {
    mkdirSync(placesHere().disks, { recursive: true, mode: 0o755 })
    // The seeds hold the lab's private keys.
    mkdirSync(disks, { recursive: true, mode: 0o700 })
    const prepare = (...words: string[]) => runRemembered(lab, words)
    await together([
      prepare('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base.disk, '-F', 'raw', file),
      // Owners by number: those of the host mean nothing on the node.
      prepare('tar', '-C', seed(node), '--numeric-owner', '-cf', seedFile, '.'),
    ])
  }
  const links = linksOf(state.topology)
  const argv = qemuArgv({
    node,
    links: links.map(link => ({ ...link, mac: macOf(state.topology, node, link) })),
    arch: process.arch,
    accelerator: state.accelerator ?? 'tcg',
    kernel: base.kernel,
    initrd: base.initrd,
    disk: file,
    seed: seedFile,
    monitor: monitor(node),
    log: logFile(node),
    ...(typeof disk === 'object' && { snapshot: disk.snapshot }),
  })
  const script = join(checkout, 'harness/embedded/qemu/vm.sh')
  const taps = links.map(link => [link.name, link.mtuBytes].join())
  const machine = remembered(lab, node, inWorld(lab, ['sh', script, node, ...taps, '--', ...argv]))
  const [program = '', ...words] = machine.argv
  const log = openSync(logFile(node), 'a')
  const started = spawn(program, words, { env: machine.env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<never>((_, reject) => {
    started.once('error', reject)
    started.once('exit', () =>
      reject(didNotStart(text(`QEMU ended for ${node}`, `${node} 的 QEMU 結束了`), logOf(lab, node))),
    )
  })
  ended.catch(() => undefined)
  const over = new AbortController()
  try {
    await Promise.race([ended, takesCommands(monitor(node), over.signal)])
  } finally {
    over.abort()
  }
  started.unref()
}
