import { setTimeout as pause } from 'node:timers/promises'
import { deadlineOf } from '../../core/deadline.ts'
import { pacedTimer } from '../../core/pace.ts'
import { initOf, inWorld, onNode } from '../enter.ts'
import { paths } from '../names.ts'
import { connectionsOf, endProcesses, processesOf } from '../processes.ts'
import { $ } from '../shell.ts'
import { type LabState, nodesOf } from '../state.ts'
import { command } from './monitor.ts'
import { startVirtualMachine } from './start-virtual-machine.ts'

const UNTOUCHED = 'untouched'
/** Its disk is in the host's cache: there is not much to write. */
const QUIT_MS = 20_000

/**
 * Keeps all machines as they are now, memory and disk. All stand still meanwhile: what one had received and
 * another did not remember having sent would break the connections between them for ever.
 */
export async function keepUntouched(lab: string): Promise<void> {
  await everywhere(lab, 'stop')
  await everywhere(lab, `savevm ${UNTOUCHED}`)
  await everywhere(lab, 'cont')
}

/**
 * Puts all machines back to what was kept, each in a new QEMU: in the old one the time stamp counter of an emulated
 * processor would not go back (cpu_ticks_prev), and the guest take the difference for minutes in which it hung.
 */
export async function backToUntouched(lab: string, state: LabState): Promise<void> {
  await Promise.all(
    nodesOf(lab).map(async node => {
      await quit(lab, node)
      await startVirtualMachine(lab, node, state, { snapshot: UNTOUCHED })
    }),
  )
  await forgetConnections(lab)
  await everywhere(lab, 'cont')
  await Promise.all(nodesOf(lab).map(node => setClock(lab, node)))
}

/** Ends QEMU so that it leaves a sound disk, with the snapshot on it. */
async function quit(lab: string, node: string): Promise<void> {
  // It may end before it answers.
  if (initOf(lab, node) !== undefined) await command(paths(lab).monitor(node), 'quit').catch(() => undefined)
  using patience = deadlineOf(new AbortController().signal, QUIT_MS, pacedTimer)
  while (processesOf(lab, node).length > 0 && !patience.signal.aborted) await pause(20)
  await endProcesses(lab, node)
}

/** The machines know nothing of the connections and neighbours there were since. */
async function forgetConnections(lab: string): Promise<void> {
  for (const pid of connectionsOf(lab, 'world')) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself in the meantime.
    }
  }
  await $`${inWorld(lab, ['ip', 'neigh', 'flush', 'all'])}`.nothrow()
}

/** A machine wakes up in the moment it was kept; what day it is nobody tells it. */
async function setClock(lab: string, node: string): Promise<void> {
  await $`${onNode(lab, node, ['date', '--utc', '--set', `@${(Date.now() / 1000).toFixed(3)}`])}`
}

const everywhere = (lab: string, line: string) =>
  Promise.all(nodesOf(lab).map(node => command(paths(lab).monitor(node), line)))
