import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Machine } from '../ssh/machine.ts'
import type { Step } from './solution.ts'

/** Long enough for ovs-vsctl to wait for a busy ovs-vswitchd. */
const STEP_DEADLINE_MS = 60_000

/** A check asks the system's own programs first; a learner's root has what the lab put before them. */
const LEARNERS_PATH = 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The machine could be reached, and the commands themselves ended with an error. */
export class StepFailed extends CannotLook {
  override name = 'StepFailed'
}

/**
 * Runs steps one after another, each by bash as root on its node, with the helper functions defined and `set -e`.
 * The text travels over stdin, so that no quoting can go wrong. Returns what each printed; a step that fails is
 * StepFailed with what it said.
 */
export async function runSteps(
  steps: Step[],
  helper: string,
  machineOf: (node: string) => Promise<Machine>,
  onStep: (step: Step) => void = () => undefined,
): Promise<string[]> {
  const printed: string[] = []
  for (const step of steps) {
    onStep(step)
    const machine = await machineOf(step.on)
    const { code, stdout, stderr } = await machine.run('exec bash -c "$(cat)" ovn-lab', {
      deadlineMs: STEP_DEADLINE_MS,
      input: `${LEARNERS_PATH}\n${helper}\nset -e\n${step.run}\n`,
    })
    if (code !== 0) throw stepFailed(step, code, stderr.trim() || stdout.toString().trim())
    printed.push(stdout.toString())
  }
  return printed
}

const stepFailed = ({ on, run }: Step, code: number, said: string) =>
  new StepFailed(
    text(
      `on ${on}, "${run.trim()}" ended with exit code ${code}: ${said}`,
      `在 ${on} 上執行「${run.trim()}」失敗（結束代碼 ${code}）：${said}`,
    ),
    { where: on },
  )
