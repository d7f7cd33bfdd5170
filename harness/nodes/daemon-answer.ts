import type { DaemonFacts } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { agesScript, youngestIn } from './ages.ts'
import { peersIn, relaysIn } from './peers.ts'
import { findTarget } from './target.ts'
import { toolCommand } from './tools.ts'

const DEADLINE_MS = 5_000
/** Of each daemon: how it is connected to the southbound database, its state, and to the northbound one (ovn-controller(8), ovn-northd(8)). */
const QUESTIONS = {
  'ovn-controller': ['connection-status', 'debug/status'],
  'ovn-northd': ['sb-connection-status', 'status', 'nb-connection-status'],
}

/**
 * What a daemon of OVN says of itself, whom it is connected to, and for how long it has run; it is asked for `seconds` at most. Empty
 * words where it does not run, or is too old to know the question.
 */
export async function daemonAnswer(
  machine: Machine,
  daemon: 'ovn-controller' | 'ovn-northd',
  seconds: number,
): Promise<DaemonFacts> {
  const appctl = toolCommand('ovn-appctl', undefined, daemon)
  const asked = QUESTIONS[daemon].map(
    words => `echo "$(timeout --foreground ${seconds} ${appctl} -t "$to" ${words} 2>/dev/null)"`,
  )
  // Whose sockets they are costs a look at every process; of ovn-northd nobody asks.
  const sockets = `cat /proc/net/tcp 2>/dev/null${daemon === 'ovn-controller' ? '; ss -Htnp 2>/dev/null' : ''}`
  const beside =
    daemon === 'ovn-controller'
      ? `for socket in /var/run/openvswitch/*.mgmt; do [ ! -S "$socket" ] || echo "bridge $(basename "$socket")"; done`
      : `timeout --foreground ${seconds} ${appctl} -t /var/run/ovn/ovnsb_db.ctl ovsdb-server/sync-status 2>/dev/null`
  const script = [findTarget(daemon), ...asked, agesScript(daemon), sockets, beside]
  const ran = await machine.run(script.join('\n'), { deadlineMs: DEADLINE_MS })
  const said = ran.stdout.toString().split('\n')
  const [southbound = '', status = '', northbound = ''] = said.slice(0, asked.length)
  const lines = said.slice(asked.length)
  const [peers, relays] = [peersIn(lines), relaysIn(lines)]
  const runsSeconds = youngestIn(lines)
  const bridgeSockets = lines.flatMap(line => /^bridge (\S+)$/.exec(line)?.[1] ?? [])
  const copies = copiedIn(lines)
  return {
    southbound: southbound.trim(),
    status: status.replace(/^Status:/, '').trim(),
    ...(northbound !== '' && { northbound: northbound.trim() }),
    ...(runsSeconds !== undefined && { runsSeconds }),
    ...(peers.length > 0 && { peers }),
    ...(relays.length > 0 && { relays }),
    ...(bridgeSockets.length > 0 && { bridgeSockets }),
    ...(copies !== undefined && { copies }),
  }
}

/** Of a server that was told to be the backup of another one: of which, `nobody` where it was not told (ovsdb-server(1), sync-status). */
function copiedIn(lines: string[]): string | undefined {
  if (!lines.includes('state: backup')) return undefined
  return lines.flatMap(line => /^(?:connecting|replicating): (\S+)$/.exec(line)?.[1] ?? [])[0] ?? 'nobody'
}
