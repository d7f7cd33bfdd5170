import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { connectMachine } from '../ssh/connect.ts'
import { openInventory } from './open-inventory.ts'

const HOUR_MS = 3_600_000

it('a machine that says nothing holds up nobody who has gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-silent-'))
  const identityFile = join(folder, 'key')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(identityFile, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  const silent = createServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.close()
    rmSync(folder, { recursive: true })
  })
  const { port } = silent.address() as AddressInfo
  const controller = { host: '127.0.0.1', port, user: 'vagrant', identityFile }
  const reached = once(silent, 'connection')
  const looker = openInventory(
    { name: 'test', nodes: { controller } },
    'controller',
    (node, address, options) => connectMachine(node, address, { ...options, connectDeadlineMs: HOUR_MS }),
  )
  const looked = looker.look({ look: 'kernel', node: 'controller' }).catch((thrown: Error) => thrown)
  const [socket] = await reached
  const left = once(socket, 'close')
  socket.resume()
  await looker.close()
  await left
  expect(await looked).toMatchObject({
    reason: { en: 'controller: the connection was not waited for any more' },
  })
})
