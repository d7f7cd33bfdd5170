/** Runs a shell script as root on one node and resolves with what it printed. */
export type Shell = (script: string) => Promise<string>

/** OVSDB columns that change without anybody's doing (ovs-vswitchd.conf.db(5), ovn-sb(5)). */
const COUNTERS = ['statistics', 'status', 'nb_cfg_timestamp', 'link_resets', 'bfd_status']
/**
 * What `ovn-nbctl --wait=hv sync` counts up, as columns (ovn-nb(5), NB_Global; ovn-sb(5), Chassis_Private) and as
 * keys of external_ids on br-int. Who does not sync must leave them alone.
 */
const SYNC_COLUMNS = ['nb_cfg', 'sb_cfg', 'hv_cfg', 'sb_cfg_timestamp', 'hv_cfg_timestamp']
const SYNC_KEYS = /\["ovn-nb-cfg(?:-ts)?","\d*"\],?/g

/** Where the servers listen; the last two are on the central node only. */
const SOCKETS = ['/var/run/openvswitch/db.sock', '/var/run/ovn/ovnnb_db.sock', '/var/run/ovn/ovnsb_db.sock']

/** One line a row of every database on a node, without counters, sorted; `synced`: also without those of a sync. */
export async function rowsOn(shell: Shell, { synced = false } = {}): Promise<string[]> {
  const left = new Set(synced ? [...COUNTERS, ...SYNC_COLUMNS] : COUNTERS)
  const dumps = await Promise.all(SOCKETS.map(socket => rowsOf(shell, socket, left)))
  const rows = dumps.flat()
  return synced ? rows.map(row => row.replaceAll(SYNC_KEYS, '')) : rows
}

async function rowsOf(shell: Shell, socket: string, left: Set<string>): Promise<string[]> {
  const printed = await shell(`[ ! -S ${socket} ] || ovsdb-client -f json dump unix:${socket} | cat`)
  const tables = printed
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as { caption: string; headings: string[]; data: unknown[][] })
  return tables
    .flatMap(({ caption, headings, data }) =>
      data.map(row => {
        const kept = row.filter((_, column) => !left.has(headings[column] ?? ''))
        return `${caption} ${JSON.stringify(kept)}`
      }),
    )
    .sort()
}

/** Links with their addresses, namespaces, and the links inside them, a line each, sorted. */
export async function linksOn(shell: Shell): Promise<string[]> {
  const printed = await shell(
    `ip -br address; ip netns list; for ns in $(ip netns list | cut -d' ' -f1); do ip -n $ns -br address; done`,
  )
  return printed.split('\n').filter(Boolean).sort()
}

/** Rows of every database and links of every namespace on each of these nodes, a line each, to be compared. */
export async function tracesOn(
  nodes: string[],
  runOn: (node: string, script: string) => Promise<string>,
): Promise<string[]> {
  const lines = await Promise.all(
    nodes.map(async node => {
      const shell = (script: string) => runOn(node, script)
      const [rows, links] = await Promise.all([rowsOn(shell, { synced: true }), linksOn(shell)])
      return [...rows, ...links].map(line => `${node} ${line}`)
    }),
  )
  return lines.flat()
}
