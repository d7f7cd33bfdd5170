import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { deadlineOf } from '../../core/deadline.ts'
import { pacedTimer } from '../../core/pace.ts'
import type { Accelerator } from '../state.ts'
import { accelerated, qemuFor } from './virtual-machine.ts'

/** A kernel without a disk needs less than a second to give up; this is for a busy host. */
const PATIENCE_MS = 8_000

/**
 * Who can run virtual machines here. A /dev/kvm that opens does not mean that guests boot (nested virtualisation
 * may break in the middle of a kernel), so one is booted: without a disk Linux panics, and the machine ends by itself.
 */
export async function chooseAccelerator(kernel: string, signal: AbortSignal): Promise<Accelerator> {
  const program = qemuFor(process.arch)?.program
  if (program === undefined || !existsSync('/dev/kvm')) return 'tcg'
  using clock = deadlineOf(signal, PATIENCE_MS, pacedTimer)
  const machine = process.arch === 'arm64' ? ['-machine', 'virt'] : []
  const bare = ['-nodefaults', '-display', 'none', '-m', '128', '-no-reboot', '-kernel', kernel]
  const probe = spawn(
    program,
    [...machine, ...bare, '-append', 'panic=-1', ...accelerated('kvm', process.arch)],
    { stdio: ['ignore', 'ignore', 'pipe'], signal: clock.signal, killSignal: 'SIGKILL' },
  )
  // KVM that meets an instruction it cannot run stops the machine, says so, and waits. Mere warnings come too.
  let said = ''
  probe.stderr.on('data', (data: Buffer) => {
    said = (said + data).slice(-10_000)
    if (/internal error|run failed/i.test(said)) probe.kill('SIGKILL')
  })
  // Awaited here: the clock runs until we return.
  return await new Promise(resolve => {
    probe.once('error', () => resolve('tcg'))
    probe.once('close', code => resolve(code === 0 ? 'kvm' : 'tcg'))
  })
}
