import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DatabaseName } from '../../look/evidence.ts'
import { paced } from '../../testing/paced.ts'
import { Replica } from '../replica.ts'

const SCHEMAS: Record<DatabaseName, string> = {
  OVN_Northbound: '/usr/share/ovn/ovn-nb.ovsschema',
  OVN_Southbound: '/usr/share/ovn/ovn-sb.ovsschema',
  Open_vSwitch: '/usr/share/openvswitch/vswitch.ovsschema',
}

/** Why the tests with a real server cannot run here; undefined where they can. */
export function whyNoServer(): string | undefined {
  const missing = ['/usr/sbin/ovsdb-server', '/usr/bin/ovsdb-tool', ...Object.values(SCHEMAS)].filter(
    path => !existsSync(path),
  )
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined
}

/** A socket is there a moment before anybody listens on it. */
const isListening = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const client = connect(path, () => resolve(true))
    client.once('error', () => resolve(false)).once('connect', () => client.destroy())
  })

/** A real ovsdb-server with one empty database, in a folder of its own. */
export async function startServer(database: DatabaseName) {
  const folder = mkdtempSync(join(tmpdir(), 'ovsdb-'))
  const [file, socket] = [join(folder, 'db'), join(folder, 'db.sock')]
  spawnSync('ovsdb-tool', ['create', file, SCHEMAS[database]])
  const launch = async () => {
    const argv = [
      `--remote=punix:${socket}`,
      `--unixctl=${join(folder, 'ctl')}`,
      '--no-chdir',
      '-vconsole:off',
      file,
    ]
    const server = spawn('ovsdb-server', argv, { stdio: 'ignore' })
    const hasEnded = new Promise(resolve => server.on('close', resolve))
    while (!(await isListening(socket))) await new Promise(resolve => setTimeout(resolve, 5))
    return { server, hasEnded }
  }
  let running = await launch()
  const kill = async () => {
    running.server.kill('SIGKILL')
    await running.hasEnded
  }
  return {
    socket,
    kill,
    /** How many clients are connected to its socket (unix(7), as /proc/net/unix lists them). */
    connections: () =>
      readFileSync('/proc/net/unix', 'utf8')
        .split('\n')
        .filter(line => line.endsWith(` ${socket}`) && line.split(' ')[5] === '03').length,
    /** The server hangs: it is there and does not answer. */
    hang: () => running.server.kill('SIGSTOP'),
    /** Starts it again on the same data, after `kill`. */
    async restart() {
      rmSync(socket)
      running = await launch()
    },
    /** Commits operations (RFC 7047 §5.2) through the project's own ovsdb-client; returns their results. */
    async transact(...operations: object[]): Promise<unknown[]> {
      const transaction = JSON.stringify([database, ...operations])
      const { stdout } = await promisify(execFile)('ovsdb-client', [
        'transact',
        `unix:${socket}`,
        transaction,
      ])
      return JSON.parse(stdout)
    },
    replica: () => Replica.open(connect(socket), { node: 'controller', database }, paced(5_000)),
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
