import { randomBytes } from 'node:crypto'
import type { Places } from '../inventory/inventory.ts'
import { CannotLook } from '../judge/errors.ts'
import type {
  DaemonFacts,
  DiagnosticRequest,
  Flow,
  NetworkStack,
  PortFlags,
  TraceSeen,
} from '../look/evidence.ts'
import { text } from '../say/text.ts'
import type { Machine } from '../ssh/machine.ts'
import { patient } from '../ssh/patience.ts'
import { flowsFrom, portFlagsFrom, traceFrom } from './flows.ts'
import { stackFrom, stackScript } from './stack.ts'
import { type Tool, toolCommand } from './tools.ts'

const DEADLINE_MS = 5_000
/** A daemon that hangs is asked no longer. */
const ANSWER_SECONDS = 3
const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** A look that is taken only where something does not work. All of them are read-only. Rejects with CannotLook. */
export async function diagnose(
  machine: Machine,
  request: DiagnosticRequest,
  places: Places = {},
): Promise<DaemonFacts | Flow[] | PortFlags | TraceSeen | NetworkStack> {
  const seconds = Math.ceil(patient(ANSWER_SECONDS, machine))
  const tool = (name: Tool) => toolCommand(name, places.tools)
  switch (request.look) {
    case 'daemon': {
      const { daemon } = request
      const question = daemon === 'ovn-northd' ? 'sb-connection-status' : 'connection-status'
      // A daemon that does not run, or is too old to know the question, has no answer; that is one as well.
      const asked = [question, 'status'].map(
        words =>
          `echo "$(timeout ${seconds} ${toolCommand('ovn-appctl', undefined, daemon)} -t ${daemon} ${words} 2>/dev/null)"`,
      )
      const ran = await machine.run(asked.join('\n'), limits)
      const [southbound = '', status = ''] = ran.stdout.toString().split('\n')
      return { southbound: southbound.trim(), status: status.replace(/^Status:/, '').trim() }
    }
    case 'flows': {
      // ovs-ofctl prints numbers, not names, where its output is no terminal.
      return flowsFrom(
        await ask(machine, `${tool('ovs-ofctl')} -t ${seconds} dump-flows ${quote(request.bridge)}`),
      )
    }
    case 'port-flags':
      return portFlagsFrom(
        await ask(machine, `${tool('ovs-ofctl')} -t ${seconds} dump-ports-desc ${quote(request.bridge)}`),
      )
    case 'trace':
      return traceFrom(
        await ask(
          machine,
          `timeout ${seconds} ${tool('ovs-appctl')} ofproto/trace ${quote(request.bridge)} ${quote(request.packet)}`,
        ),
      )
    case 'stack': {
      const mark = randomBytes(16).toString('hex')
      return stackFrom(await ask(machine, stackScript(request.netns, mark)), mark)
    }
  }
}

const limits = { deadlineMs: DEADLINE_MS, maxBytes: 8 * 2 ** 20 }

/** Standard output of a script; CannotLook where it fails. */
async function ask(machine: Machine, script: string): Promise<string> {
  const { node } = machine
  const { code, stdout, stderr } = await machine.run(script, limits)
  if (code === 0) return stdout.toString()
  const complaint = stderr.trim().split('\n').at(-1) ?? ''
  throw new CannotLook(
    text(
      `${node} did not answer: ${complaint || `exit code ${code}`}`,
      `${node} 沒有回應：${complaint || `結束代碼 ${code}`}`,
    ),
    { where: node },
  )
}
