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
    for (const path of process.argv.slice(2)) require('net').createServer().listen(path, () => --waiting || console.log('listens'))`
  const child = spawn(process.execPath, ['-e', program, name, ...paths])
  ends.push(() => child.kill())
  await new Promise(resolve => child.stdout.once('data', resolve))
  return child
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

it('takes the socket that the pid file tells of, and without one those of processes that run', async () => {
  const path = join(folder(), 'ovn-lab-daemon')
  const { pid } = await listener('ovn-lab-daemon', [`${path}.${process.pid}.ctl`, `${path}.4194305.ctl`])
  const find = () => told(eachSocket(path, 'echo "$socket"'))
  expect(find()).toBe(`${path}.${process.pid}.ctl\n`)
  writeFileSync(`${path}.pid`, `4194305\n`)
  expect(find()).toBe(`${path}.4194305.ctl\n`)
  writeFileSync(`${path}.pid`, `${pid}\n`)
  expect(find()).toBe(`${path}.${process.pid}.ctl\n`)
})
