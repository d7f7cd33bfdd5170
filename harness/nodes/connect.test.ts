import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { connectCommand } from './connect.ts'

it.each(['127.0.0.1', '::1'])('begins connections with %s', async host => {
  const server = createServer(socket => void socket.on('error', () => {}).destroy())
  const isThere = await new Promise(resolve => {
    server.once('error', () => resolve(false)).listen(0, host, () => resolve(true))
  })
  // A machine may have no IPv6.
  if (!isThere) return
  const { port } = server.address() as { port: number }
  const command = connectCommand(host, port, 'a1b2c3d4', 3, 2)
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  server.close()
  expect(stdout).toMatch(/^3 packets transmitted, 3 received$/m)
})
