import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { OWN_PLACES } from './places.ts'
import { connectionsOf, endProcesses, firstOf, processesOf, remembered } from './processes.ts'

// A user finds a lab of his own by its folders; root of a namespace is told where they are.
const asRoot = it.skipIf(process.getuid?.() !== 0)
const withSocat = it.skipIf(process.getuid?.() !== 0 || spawnSync('socat', ['-V']).error !== undefined)
const LAB = `mark-${process.pid}`

const start = (part: 'world' | 'controller', script: string): number => {
  const { argv, env } = remembered(LAB, part, ['sh', '-c', script])
  const { pid = 0 } = spawn(argv[0] ?? '', argv.slice(1), { env, stdio: 'ignore' })
  return pid
}

beforeEach(() => {
  process.env[OWN_PLACES] = JSON.stringify({ run: '/nowhere/r', cache: '/nowhere/c', disks: '/nowhere/d' })
})
afterEach(async () => {
  await endProcesses(LAB)
  delete process.env[OWN_PLACES]
})

asRoot('knows the processes of each part of a lab by their mark, children and theirs included', async () => {
  const world = start('world', 'sh -c "sleep 4713 & wait" & wait')
  const node = start('controller', 'exec sleep 4713')
  await expect.poll(() => processesOf(LAB, 'world').length).toBe(3)
  expect(processesOf(LAB, 'controller')).toEqual([node])
  expect(processesOf(LAB)).toHaveLength(4)
  expect(firstOf(LAB, 'world')).toBe(world)
  // A name that begins the same way is another lab.
  expect(processesOf(LAB.slice(0, -1))).toEqual([])
})

withSocat('tells connections that are passed on from the services beside them', async () => {
  const path = `/tmp/${LAB}.sock`
  onTestFinished(() => rmSync(path, { force: true }))
  start('world', `sh -c "sleep 4713 & wait" & exec socat UNIX-LISTEN:${path},fork EXEC:cat`)
  await expect.poll(() => existsSync(path)).toBe(true)
  expect(connectionsOf(LAB, 'world')).toEqual([])
  const connection = await connectedTo(path)
  onTestFinished(() => void connection.destroy())
  await expect.poll(() => connectionsOf(LAB, 'world')).toHaveLength(1)
  // Who waits for connections, the service and its program, the one that passes on and its program.
  await expect.poll(() => processesOf(LAB, 'world')).toHaveLength(5)
})

/** The file of a socket is there a moment before anybody listens (unix(7)). */
const connectedTo = (path: string) =>
  vi.waitFor(async () => {
    const socket = connect(path)
    await once(socket, 'connect')
    return socket
  })

asRoot('ends one part and leaves the other', async () => {
  start('world', 'sleep 4713 & wait')
  const node = start('controller', 'exec sleep 4713')
  await expect.poll(() => processesOf(LAB, 'world').length).toBe(2)
  await endProcesses(LAB, 'world')
  expect(processesOf(LAB)).toEqual([node])
  await endProcesses(LAB)
  expect(processesOf(LAB)).toEqual([])
})
