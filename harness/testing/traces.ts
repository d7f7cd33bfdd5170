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

/** OVSDB columns that change without anybody's doing (ovs-vswitchd.conf.db(5), ovn-sb(5)). */
const COUNTERS = new Set(['statistics', 'status', 'nb_cfg_timestamp', 'link_resets', 'bfd_status'])

const DATABASES: Record<string, string[]> = {
  controller: [
    'unix:/var/run/openvswitch/db.sock',
    'unix:/var/run/ovn/ovnnb_db.sock',
    'unix:/var/run/ovn/ovnsb_db.sock',
  ],
  hypervisor: ['unix:/var/run/openvswitch/db.sock'],
}

/** Everything a check could leave on a node: rows of every database, processes, files, links, namespaces. */
export async function tracesOf(lab: RealLab, node: string): Promise<Record<string, string[]>> {
  const dumps = await Promise.all((DATABASES[node] ?? []).map(socket => databaseRows(lab, node, socket)))
  const lines = async (script: string) => (await lab.shell(node, script)).split('\n').filter(Boolean).sort()
  const pruned = OWN_LIFE.map(path => `-path ${path}`).join(' -o ')
  return {
    rows: dumps.flat(),
    // The connection that asks is itself a process: sshd, sudo, the shell and ps are left out.
    processes: await lines(
      `ps -e -o args= | grep -vE '^(sshd|/usr/sbin/sshd|sudo|sh |bash |ps |timeout|grep|cat|\\[)'`,
    ),
    files: await lines(`find / \\( ${pruned} \\) -prune -o -printf '%p %y %s\\n'`),
    links: await lines(
      `ip -br address; ip netns list; for ns in $(ip netns list | cut -d' ' -f1); do ip -n $ns -br address; done`,
    ),
  }
}

/** One line a row, without counters, so that two dumps can be compared. */
async function databaseRows(lab: RealLab, node: string, socket: string): Promise<string[]> {
  const printed = await lab.shell(node, `ovsdb-client -f json dump ${socket} | cat`)
  const tables = printed
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as { caption: string; headings: string[]; data: unknown[][] })
  return tables
    .flatMap(({ caption, headings, data }) =>
      data.map(row => {
        const kept = row.filter((_, column) => !COUNTERS.has(headings[column] ?? ''))
        return `${caption} ${JSON.stringify(kept)}`
      }),
    )
    .sort()
}
