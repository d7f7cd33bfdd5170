import { randomBytes } from 'node:crypto'
import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { text } from '../core/text.ts'
import type { Places } from '../inventory/inventory.ts'
import type { DiagnosticRequest, Evidence, LogicalFlow } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { arpFactsFrom, arpScript } from './arp-facts.ts'
import { arpProbeScript, arpSeenFrom } from './arp-probe.ts'
import { autoconfFrom, autoconfScript, routerSocketsFrom, routerSocketsScript } from './autoconf.ts'
import { daemonAnswer } from './daemon-answer.ts'
import { dhcpProbe } from './dhcp-probe.ts'
import { dropCountersFrom, dropCountersScript } from './drop-counters.ts'
import { fdbFrom, fdbScript, writtenIn } from './fdb.ts'
import { flowsFrom, portFlagsFrom, traceFrom } from './flows.ts'
import { tracedEveryWay } from './hashed-ways.ts'
import { leasesFrom, leasesScript } from './leases.ts'
import { linkCountersFrom, linkCountersScript } from './link-counters.ts'
import { defaultFlowsFrom, logicalFlowsFrom, unparsedFrom } from './logical-flows.ts'
import { logicalTraceScript, logicalTracesFrom } from './logical-traces.ts'
import { lookAtPrograms } from './programs.ts'
import { raProbe } from './ra-probe.ts'
import { routesFrom, routesScript, stackFrom, stackScript } from './stack.ts'
import { stackCountersFrom, stackCountersScript } from './stack-counters.ts'
import { together } from './together.ts'
import { type Tool, toolCommand } from './tools.ts'
import { traceCommand, tracedDirectly } from './trace.ts'

const DEADLINE_MS = 5_000
/** Two dozen programs, each in the namespace; only what is broken is asked for it. */
const STACK_DEADLINE_MS = 15_000
/** A daemon that hangs is asked no longer. */
const ANSWER_SECONDS = 3
/** A DISCOVER, a Router Solicitation, or a question by ARP, is answered within milliseconds, or not at all. */
const ANSWERED_SECONDS = 0.8

/** A look that is taken only where something does not work. All of them are read-only. Rejects with CannotLook. */
export async function diagnose(
  machine: Machine,
  request: DiagnosticRequest,
  places: Places = {},
): Promise<Evidence<DiagnosticRequest>> {
  try {
    return await answerTo(machine, request, places)
  } catch (thrown) {
    // What a program of the node prints need not be what it prints elsewhere, nor all of it.
    if (!(thrown instanceof SyntaxError || thrown instanceof RangeError)) throw thrown
    const { node } = machine
    throw new CannotLook(
      text(
        `what ${node} answers cannot be read (${request.look})`,
        `無法讀取 ${node} 的回答（${request.look}）`,
      ),
      { where: node, cause: thrown },
    )
  }
}

async function answerTo(
  machine: Machine,
  request: DiagnosticRequest,
  places: Places,
): Promise<Evidence<DiagnosticRequest>> {
  const seconds = Math.ceil(patient(ANSWER_SECONDS, machine))
  const tool = (name: Tool) => toolCommand(name, places.tools)
  // Between two answers of one exec.
  const mark = randomBytes(16).toString('hex')
  switch (request.look) {
    case 'daemon':
      return daemonAnswer(machine, request.daemon, seconds)
    case 'flows':
      // ovs-ofctl prints numbers, not names, where its output is no terminal.
      return flowsFrom(
        await ask(
          machine,
          `${tool('ovs-ofctl')} ${ANY_VERSION} -t ${seconds} dump-flows ${shellQuote(request.bridge)}`,
        ),
      )
    case 'fdb':
      return fdbFrom(await ask(machine, fdbScript(request.bridge)))
    case 'written-fdb':
      return writtenIn(
        await ask(machine, `${tool('ovs-appctl')} -T ${seconds} fdb/show ${shellQuote(request.bridge)}`),
      )
    case 'port-flags': {
      const asked = (version: string) =>
        `${tool('ovs-ofctl')} ${version} -t ${seconds} dump-ports-desc ${shellQuote(request.bridge)}`
      // Only OpenFlow 1.0 knows NO_FLOOD (ovs-ofctl(8), mod-port).
      return portFlagsFrom(
        await ask(machine, `${asked('-O OpenFlow10')} 2>/dev/null || ${asked(ANY_VERSION)}`),
      )
    }
    case 'traces':
      return tracedEveryWay(request.packets, async packets => {
        const direct = places.tools === undefined && (await tracedDirectly(machine, packets, ANSWER_SECONDS))
        if (direct) return direct
        const lines = packets.map(
          packet =>
            `timeout --foreground ${seconds} ${traceCommand(packet, tool('ovs-appctl'))} 2>&1; echo ${mark}`,
        )
        const printed = (await ask(machine, lines.join('\n'))).split(`${mark}\n`)
        return packets.map((_, at) => traceFrom(printed[at] ?? ''))
      })
    case 'flow-origins':
      return (await originsAsked(machine, places.tools)(request.cookies)).filter(({ uuid }) =>
        request.cookies.some(cookie => cookie.padStart(8, '0') === uuid),
      )
    case 'arp':
      return arpFactsFrom(await ask(machine, arpScript(request.netns, mark)), mark)
    case 'arp-probe':
      return arpSeenFrom(await ask(machine, arpProbeScript(request, patient(ANSWERED_SECONDS, machine))))
    case 'leases':
      return leasesFrom(await ask(machine, leasesScript(mark)), mark)
    case 'dhcp': {
      const { script, read } = dhcpProbe(request, patient(ANSWERED_SECONDS, machine))
      return read(await ask(machine, script))
    }
    case 'autoconf':
      return autoconfFrom(await ask(machine, autoconfScript(request.netns, mark)), mark)
    case 'router-sockets':
      return routerSocketsFrom(await ask(machine, routerSocketsScript(mark)), mark)
    case 'ra': {
      const { script, read } = raProbe(request, patient(ANSWERED_SECONDS, machine))
      return read(await ask(machine, script))
    }
    case 'default-flows': {
      const sbctl = `${toolCommand('ovn-sbctl', places.tools, 'ovn-northd')} -t ${seconds} --no-leader-only -f csv -d bare --no-headings`
      const columns = '_uuid,external_ids,pipeline,table_id,logical_datapath,logical_dp_group'
      const printed = await ask(
        machine,
        `${sbctl} --columns=${columns} find Logical_Flow 'match="1"' || exit 1
echo ${mark}; ${sbctl} --columns=_uuid,datapaths list Logical_DP_Group`,
      )
      const [flows = '', groups = ''] = printed.split(`${mark}\n`)
      return defaultFlowsFrom(flows, groups, request.datapath)
    }
    case 'logical-traces': {
      const trace = `timeout --foreground ${seconds} ${toolCommand('ovn-trace', places.tools, 'ovn-northd')}`
      return logicalTracesFrom(
        await ask(machine, logicalTraceScript(request.packets, trace, mark)),
        mark,
        request.packets.length,
      )
    }
    case 'unparsed': {
      const trace = `timeout --foreground ${seconds} ${toolCommand('ovn-trace', places.tools, 'ovn-northd')}`
      return unparsedFrom(await ask(machine, `${trace} --no-leader-only '' 1 2>&1; true`))
    }
    case 'drop-counters':
      return dropCountersFrom(
        await ask(machine, dropCountersScript(request.bridges, tool, `-t ${seconds}`, mark)),
        mark,
      )
    case 'link-counters':
      return linkCountersFrom(await ask(machine, linkCountersScript(tool, `-t ${seconds}`, mark)), mark)
    case 'stack-counters':
      return stackCountersFrom(await ask(machine, stackCountersScript(request.netns, mark)), mark)
    case 'programs':
      return lookAtPrograms(machine, places)
    case 'routes': {
      const { netns, routes } = request
      return routesFrom(await ask(machine, routesScript(netns, routes, mark)), routes, mark)
    }
    case 'stack': {
      const { netns, routes } = request
      return stackFrom(await ask(machine, stackScript(netns, routes, mark), STACK_DEADLINE_MS), routes, mark)
    }
  }
}

/** Tables of the southbound database, beside Logical_Flow, that ovn-controller makes flows of (physical.c, lflow.c). */
const OTHER_ORIGINS = [
  'Port_Binding',
  'Multicast_Group',
  'FDB',
  'MAC_Binding',
  'Static_MAC_Binding',
  'Chassis',
  'Encap',
]

/** Whatever version of OpenFlow a bridge speaks: with a single one of its own, ovs-ofctl is refused (ovs-ofctl(8), -O). */
const ANY_VERSION = `-O ${[10, 11, 12, 13, 14, 15].map(version => `OpenFlow${version}`).join(',')}`

/** Rows of the southbound database by the cookies of flows, asked for by many claims at once and looked up together. */
const originsOf = new WeakMap<Machine, (cookies: readonly string[]) => Promise<LogicalFlow[]>>()

function originsAsked(machine: Machine, tools: string | undefined) {
  const known = originsOf.get(machine)
  if (known) return known
  const asked = together(async cookies =>
    logicalFlowsFrom(await ask(machine, originScript(machine, cookies, tools))),
  )
  originsOf.set(machine, asked)
  return asked
}

function originScript(machine: Machine, cookies: string[], tools: string | undefined): string {
  const seconds = Math.ceil(patient(ANSWER_SECONDS, machine))
  const known = cookies.map(cookie => cookie.padStart(8, '0')).join('|')
  const sbctl = `${toolCommand('ovn-sbctl', tools, 'ovn-northd')} -t ${seconds} --no-leader-only -f csv -d bare --no-headings`
  const others = OTHER_ORIGINS.map(
    table =>
      `${sbctl} --columns=_uuid list ${table} 2>/dev/null | grep -E '^(${known})-' | sed 's/$/,,,,,${table}/'`,
  )
  // Rows of other tables only where a cookie is left over: one that was learnt a moment ago, say.
  return `all=$(${sbctl} --columns=_uuid,external_ids,priority,match,actions list Logical_Flow) || exit 1
found=$(printf '%s\\n' "$all" | grep -E '^(${known})-')
printf '%s\\n' "$found"
[ "$(printf '%s\\n' "$found" | cut -c 1-8 | sort -u | grep -c .)" -ge ${cookies.length} ] && exit 0
${others.join('\n')}
exit 0`
}

const limits = { deadlineMs: DEADLINE_MS, maxBytes: 8 * 2 ** 20 }

/** Standard output of a script; CannotLook where it fails. */
async function ask(machine: Machine, script: string, deadlineMs = DEADLINE_MS): Promise<string> {
  const { node } = machine
  const { code, stdout, stderr } = await machine.run(script, { ...limits, deadlineMs })
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
