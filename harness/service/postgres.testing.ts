import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../ssh/sshd.testing.ts'

/** Nobody: initdb and postgres refuse root. */
const UID = 65534

/** Where the server of the newest release is; undefined where there is none. */
function programs(): string | undefined {
  const folder = '/usr/lib/postgresql'
  const found = existsSync(folder) ? readdirSync(folder) : []
  return found
    .sort((a, b) => Number(b) - Number(a))
    .map(name => join(folder, name, 'bin'))
    .find(bin => existsSync(join(bin, 'postgres')) && existsSync(join(bin, 'initdb')))
}

/** Why the tests with a real PostgreSQL cannot run on this machine; undefined when they can. */
export const whyNoPostgres = (): string | undefined =>
  programs() === undefined ? 'no PostgreSQL (apt-get install postgresql)' : undefined

export interface TestPostgres {
  /** Of the database postgres, with its password. */
  url: string
  password: string
  /** Ends it at once, as a crash does. */
  crash(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts a PostgreSQL of its own on a free port of the loopback, its data in a temporary folder. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = programs()!
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-postgres-'))
  const password = 'S3cret+of@ours'
  const asNobody =
    process.getuid?.() === 0 ? ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'] : []
  const words = (program: string, ...args: string[]) => [...asNobody, join(bin, program), ...args] as [string]
  if (asNobody.length > 0) execFileSync('chown', [`${UID}:${UID}`, folder])
  chmodSync(folder, 0o755)
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o644 })
  const data = join(folder, 'data')
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  const [first, ...rest] = words(
    'initdb',
    '-D',
    data,
    '-U',
    'grader',
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--no-sync',
  )
  execFileSync(first, [...rest, '--pwfile', passwordFile], { env, stdio: 'pipe', cwd: folder })
  const port = await freePort()
  const start = async () => {
    const [program, ...args] = words('postgres', '-D', data, '-F', '-p', String(port), '-k', folder)
    const child = spawn(program, [...args, '-c', 'listen_addresses=127.0.0.1'], {
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await new Promise<void>((resolve, reject) => {
      let said = ''
      child.stderr.on('data', chunk => {
        said += chunk
        if (said.includes('ready to accept connections')) resolve()
      })
      child.once('exit', () => reject(new Error(`postgres has ended: ${said}`)))
    })
    return child
  }
  let server = await start()
  const end = async (signal: 'SIGQUIT' | 'SIGINT') => {
    const ended = new Promise(resolve => server.once('exit', resolve))
    server.kill(signal)
    await ended
  }
  return {
    url: `postgres://grader:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    password,
    crash: () => end('SIGQUIT'),
    async start() {
      server = await start()
    },
    async stop() {
      await end('SIGINT')
      rmSync(folder, { recursive: true })
    },
  }
}
