import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

let folder: string
let inventory: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'learn-'))
  inventory = join(folder, 'lab.yaml')
  // Machines that are slow to be reached: nobody answers there (RFC 5737).
  const nodes = ['controller', 'hypervisor'].map(name => `  ${name}: { host: 192.0.2.77, user: vagrant }\n`)
  writeFileSync(inventory, `nodes:\n${nodes.join('')}`)
  writeFileSync(join(folder, 'no.pem'), 'no certificate\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a call comes to that is expected to end by itself. */
const learn = (...words: string[]) =>
  new Promise<{ code: number | null; said: string }>(resolve => {
    const argv = [join(checkout, 'harness/ovn-lab.mjs'), 'learn', 'day-06', '--inventory', inventory]
    const child = spawn(process.execPath, [...argv, '--no-open', '--lang', 'en', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        said += chunk
      })
    child.on('close', code => resolve({ code, said: said.trim() }))
  })

it('refuses, in one sentence, what is no certificate', async () => {
  const file = join(folder, 'no.pem')
  const { code, said } = await learn('--tls-cert', file, '--tls-key', file)
  expect(code).toBe(3)
  expect(said).toMatch(/^\S+no\.pem is no certificate in PEM, or [^\n]*$/)
  expect(await learn('--tls-cert', file)).toEqual({
    ...{ code: 3, said: '--tls-cert and --tls-key belong together.' },
  })
})

it.each([['192.0.2.1'], ['no-such-host.invalid']])(
  'ends where it cannot listen at %s, although it was on its way to the machines',
  async host => {
    expect(await learn('--host', host)).toEqual({ code: 3, said: `This computer has no address ${host}.` })
  },
)

it('ends where its port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const { code, said } = await learn('--port', String(port))
  other.close()
  expect(code).toBe(3)
  expect(said).toContain(`Port ${port} is taken`)
})
