import { linksOn, rowsOn } from '../prove/traces.ts'
import type { RealLab } from './real-lab.ts'

/** What changes on a machine by itself: logs, counters, what the kernel and systemd keep in memory. */
const OWN_LIFE = [
  '/proc',
  '/sys',
  '/dev',
  '/run/systemd',
  '/run/udev',
  '/var/log',
  '/run/log',
  '/var/lib/systemd',
]

/** Everything a check could leave on a node: rows of every database, processes, files, links, namespaces. */
export async function tracesOf(lab: RealLab, node: string): Promise<Record<string, string[]>> {
  const shell = (script: string) => lab.shell(node, script)
  const lines = async (script: string) => (await shell(script)).split('\n').filter(Boolean).sort()
  const pruned = OWN_LIFE.map(path => `-path ${path}`).join(' -o ')
  return {
    rows: await rowsOn(shell),
    // The connection that asks is itself a process: sshd, sudo, the shell and ps are left out.
    processes: await lines(
      `ps -e -o args= | grep -vE '^(sshd|/usr/sbin/sshd|sudo|sh |bash |ps |timeout|grep|cat|\\[)'`,
    ),
    files: await lines(`find / \\( ${pruned} \\) -prune -o -printf '%p %y %s\\n'`),
    links: await linksOn(shell),
  }
}
