import type { PageSeen, ServerSeen } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** ss(8), and proc(5) of the programs that it names; a namespace that is not there has no servers. */
export const listeningScript = (netns: string): string =>
  `inside=$(ip netns exec ${shellQuote(netns)} ss -Hltnp 2>/dev/null); printf '%s\\n--\\n' "$inside"; ss -Hltn; echo --
for pid in $(printf '%s' "$inside" | grep -o 'pid=[0-9]*' | sort -u | cut -d= -f2); do
  state=$(sed -n 's/^State:[[:space:]]*//p' /proc/$pid/status) && command=$(tr '\\0\\n' '  ' </proc/$pid/cmdline) &&
    printf '%s %s %s\\n' $pid "\${state%% *}" "$command"; done 2>/dev/null; :`

const PROGRAM = /^(\d+) (\S) (.*)$/
const COMMAND_CHARACTERS = 120

/** What a command line may hold that is nobody's business: recordings and bundles are handed on. */
const withoutSecrets = (command: string): string =>
  command
    .replaceAll(/(:\/\/[^\s:@/]*):[^\s@]*@/g, '$1:…@')
    .replaceAll(/\b((?:pass|secret|token)\w*)([= ])\S+/gi, '$1$2…')

export function listeningOf(printed: string): PageSeen['listening'] {
  const [inside = '', node = '', programs = ''] = printed.split('--\n')
  const known = new Map(
    programs.split('\n').flatMap(line => {
      const [, pid, state, command = ''] = PROGRAM.exec(line) ?? []
      return pid === undefined ? [] : [[Number(pid), { state, command: command.trim() }] as const]
    }),
  )
  const servers = inside.split('\n').flatMap((line): ServerSeen[] => {
    const [, waiting, , socket] = line.split(/\s+/)
    if (socket === undefined) return []
    const pids = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid))
    // A program that was started by a server has its socket too: the stopped one of them explains more.
    const pid = pids.find(one => known.get(one)?.state === 'T') ?? pids[0]
    const program = pid === undefined ? undefined : known.get(pid)
    return [
      {
        ...{ socket, waiting: Number(waiting) || 0 },
        ...(pid !== undefined && { pid }),
        ...(program?.command && { command: withoutSecrets(program.command).slice(0, COMMAND_CHARACTERS) }),
        ...(program?.state === 'T' && { isStopped: true as const }),
      },
    ]
  })
  return {
    inside: servers.map(({ socket }) => socket),
    node: node.split('\n').flatMap(line => line.split(/\s+/)[3] ?? []),
    ...(servers.length > 0 && { servers }),
  }
}
