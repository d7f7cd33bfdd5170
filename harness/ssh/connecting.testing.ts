import type { ChildProcess } from 'node:child_process'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { connectMachine } from './connect.ts'

/** What a test leaves to be undone after it. */
export const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** The CannotLook that connecting came to. */
export async function refusal(address: NodeAddress, connectDeadlineMs = 5000): Promise<CannotLook> {
  const outcome = await connectMachine('hypervisor', address, { connectDeadlineMs }).catch(error => error)
  expect(outcome).toBeInstanceOf(CannotLook)
  expect(outcome.where).toBe('hypervisor')
  return outcome as CannotLook
}

/** A server on the loopback that does this with each connection. */
export async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(socket => {
    socket.on('error', () => {})
    cleanups.push(() => socket.destroy())
    onConnection(socket)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Resolves when a process has ended. */
export const ended = (child: ChildProcess) => new Promise(resolve => child.once('exit', resolve))

/** What a machine that could be connected to says when it is asked. */
export const works = async (address: NodeAddress): Promise<string> => {
  const machine = await connectMachine('hypervisor', address)
  cleanups.push(() => machine.close())
  return (await machine.run('echo works', { deadlineMs: 10_000 })).stdout.toString()
}
