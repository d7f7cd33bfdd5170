import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { eachSocket, eachSocketOf } from './target.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'ovn-lab-target-'))
  ends.push(() => rmSync(made, { recursive: true }))
  return made
}

/** A process of this name that listens at these paths, once it does. */
async function listener(name: string, paths: string[]): Promise<ChildProcess> {
  const program = `require('fs').writeFileSync('/proc/self/comm', process.argv[1])
    let waiting = process.argv.length - 2
    for (const path of process.argv.slice(2)) require('net').createServer().listen(path.replace('OWN', process.pid), () => --waiting || console.log('listens'))`
  const child = spawn(process.execPath, ['-e', program, name, ...paths])
  ends.push(() => child.kill())
  await new Promise(resolve => child.stdout.once('data', resolve))
  return child
}

/** A daemon with its control socket where daemons have it; its process id. */
async function daemonAt(path: string): Promise<number> {
  const { pid } = await listener('ovn-lab-daemon', [`${path}.OWN.ctl`])
  return pid!
}

const told = (script: string) => execFileSync('sh', ['-c', script], { encoding: 'utf8' })

it('finds where a daemon was told to have its control socket, which is beside those of databases and bridges', async () => {
  const at = folder()
  const own = join(at, 'elsewhere')
  await listener('ovn-lab-daemon', [join(at, 'db.sock'), join(at, 'br-int.mgmt'), own])
  await listener('ovn-lab-other', [join(at, 'of-another')])
  expect(told(eachSocketOf('ovn-lab-daemon', 'echo "$socket"'))).toBe(`${own}\n`)
  expect(told(eachSocketOf('ovn-lab-third', 'echo "$socket"'))).toBe('')
})

it('takes the socket that the pid file tells of, and otherwise that of a process that runs', async () => {
  const path = join(folder(), 'ovn-lab-daemon')
  const find = () => told(eachSocket(path, 'echo "$socket"')).split('\n').filter(Boolean)
  expect(find()).toEqual([])
  const [first, second] = [await daemonAt(path), await daemonAt(path)]
  expect(find().toSorted()).toEqual([first, second].map(pid => `${path}.${pid}.ctl`).toSorted())
  writeFileSync(`${path}.pid`, `${second}\n`)
  expect(find()).toEqual([`${path}.${second}.ctl`])
  writeFileSync(`${path}.pid`, `${first}\n`)
  expect(find()).toEqual([`${path}.${first}.ctl`])
})

it.each([
  ['nobody', 4_194_305],
  ['a process that is called otherwise', process.pid],
])('does not ask the socket of a daemon that was killed, whose number now belongs to %s', async (_, pid) => {
  const path = join(folder(), 'ovn-lab-daemon')
  await listener('ovn-lab-other', [`${path}.${pid}.ctl`])
  writeFileSync(`${path}.pid`, `${pid}\n`)
  const find = () => told(eachSocket(path, 'echo "$socket"'))
  expect(find()).toBe('')
  const own = await daemonAt(path)
  expect(find()).toBe(`${path}.${own}.ctl\n`)
})
