import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { newIdentity, newKey, publicOf, startServer, type TestServer } from '../roster/host-keys.testing.ts'
import { startPostgres, type TestPostgres, whyNoPostgres } from '../service/postgres.testing.ts'
import { paced } from '../testing/paced.ts'

const why = whyNoPostgres()
const launcher = join(checkout, 'harness/ovn-lab.mjs')

describe.skipIf(why)(`a class that workers grade${why ? ` (skipped: ${why})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-grade-queue-'))
  const file = join(folder, 'class.yaml')
  const identity = newIdentity(join(folder, 'id'))
  const servers: TestServer[] = []
  let postgres: TestPostgres
  let worker: ChildProcess
  const env = () => ({
    ...{ ...process.env, LANG: 'C', LC_ALL: '', HOME: folder },
    ...{ XDG_STATE_HOME: join(folder, 'state'), DATABASE_URL: postgres.url },
  })
  beforeAll(async () => {
    postgres = await startPostgres()
    for (let count = 0; count < 2; count++) servers.push(await startServer([newKey()]))
    const words = [launcher, 'grade', 'work', '--jobs', '1', '--patience', '10']
    worker = spawn(process.execPath, words, { env: env(), cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
    const [said] = (await once(worker.stdout!, 'data')) as [Buffer]
    expect(said.toString()).toMatch(/^Grades what is queued at 127\.0\.0\.1:\d+\/postgres, up to 1 at once/)
    worker.stdout!.resume()
  }, paced(60_000))
  afterAll(async () => {
    const ended = new Promise(resolve => worker.once('exit', resolve))
    worker.kill('SIGTERM')
    await ended
    for (const server of servers) await server.close()
    await postgres.stop()
    rmSync(folder, { recursive: true })
  }, paced(60_000))

  /** Lets the worker grade a student on these servers; resolves with what it said of why nothing was seen. */
  async function unreached(ports: number[], ...words: string[]): Promise<string> {
    const [controller, hypervisor] = ports.map(
      port => `{ host: 127.0.0.1, port: ${port}, identityFile: ${identity} }`,
    )
    const nodes = `{ controller: ${controller}, hypervisor: ${hypervisor} }`
    writeFileSync(file, `schema: 1\nlesson: day-06\nstudents:\n  - { id: s01, nodes: ${nodes} }\n`)
    const out = mkdtempSync(join(folder, 'out-'))
    const all = ['grade', '--roster', file, '--out', out, '--queue', ...words]
    const stdio = ['ignore', 'ignore', 'inherit'] as const
    await once(spawn(process.execPath, [launcher, ...all], { env: env(), stdio: [...stdio] }), 'exit')
    return JSON.parse(readFileSync(join(out, 'grade.json'), 'utf8')).students[0].unreached
  }
  const lines = () =>
    readFileSync(`${file}.lock`, 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .sort()

  it(
    'has its host keys required where that is asked for, pinned when they are first seen, and refused when they change',
    async () => {
      const ports = servers.map(({ port }) => port)
      const strict = await unreached(ports, '--strict-host-keys')
      expect(strict).toContain('host keys are required (--strict-host-keys)')
      expect(servers.map(({ logins }) => logins())).toEqual([0, 0])

      await unreached(ports)
      expect(servers.every(({ logins }) => logins() > 0)).toBe(true)
      const pinned = servers.map(
        ({ port, key }, at) => `[127.0.0.1]:${port} ${key} s01 ${['controller', 'hypervisor'][at]}`,
      )
      expect(lines()).toEqual(pinned.sort())

      const before = servers.map(({ logins }) => logins())
      await unreached(ports, '--strict-host-keys')
      expect(servers.every(({ logins }, at) => logins() > before[at]!)).toBe(true)

      const other = publicOf(newKey())
      writeFileSync(`${file}.lock`, ports.map(port => `[127.0.0.1]:${port} ${other} s01 x\n`).join(''))
      const logins = servers.map(one => one.logins())
      expect(await unreached(ports)).toContain('class.yaml.lock')
      expect(servers.map(one => one.logins())).toEqual(logins)
    },
    paced(120_000),
  )

  it(
    'is waited for while the database is away, and that is said',
    async () => {
      worker.kill('SIGSTOP')
      const out = mkdtempSync(join(folder, 'out-'))
      const all = ['grade', '--roster', file, '--out', out, '--queue']
      const grading = spawn(process.execPath, [launcher, ...all], { env: env() })
      onTestFinished(() => {
        worker.kill('SIGCONT')
        grading.kill('SIGKILL')
      })
      const ended = once(grading, 'exit')
      const said = (what: RegExp) =>
        new Promise<void>(resolve => {
          let words = ''
          for (const stream of [grading.stdout, grading.stderr])
            stream.on('data', chunk => {
              words += chunk
              if (what.test(words)) resolve()
            })
        })
      await said(/0 of 1 done/)
      const troubled = said(/^No PostgreSQL answers at 127/m)
      await postgres.crash()
      await troubled
      await postgres.start()
      worker.kill('SIGCONT')
      const [code] = await ended
      expect(code).toBe(2)
    },
    paced(120_000),
  )
})
