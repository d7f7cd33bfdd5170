import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { Frames } from '../ovsdb/frames.ts'
import { Unixctl } from './unixctl.ts'

interface Question {
  id: number
  method: string
  params: string[]
}

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A daemon that does this with each question, and its control socket. */
async function daemon(answer: (question: Question, socket: Socket) => void): Promise<Unixctl> {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-ctl-'))
  const path = join(folder, 'daemon.1.ctl')
  const server = createServer(socket => {
    const frames = new Frames()
    socket.on('data', chunk => {
      for (const question of frames.push(chunk) as Question[]) answer(question, socket)
    })
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  const stream = createConnection(path)
  ends.push(() => {
    stream.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return new Unixctl(stream)
}

const LONG_MS = 60_000

it('hands each answer to its question, in whatever order they come, and complaints as well', async () => {
  const held: [Question, Socket][] = []
  const asked = await daemon((question, socket) => {
    held.push([question, socket])
    if (held.length < 3) return
    for (const [{ id, method, params }, to] of held.reverse())
      to.write(
        JSON.stringify(
          method === 'bad'
            ? { id, result: null, error: 'no such command' }
            : { id, result: `${method} ${params.join(' ')}`, error: null },
        ),
      )
  })
  const answers = ['ofproto/trace', 'bad', 'dpctl/dump-flows'].map(method =>
    asked.ask(method, ['br-int'], LONG_MS),
  )
  expect(await Promise.all(answers)).toEqual([
    'ofproto/trace br-int',
    'no such command',
    'dpctl/dump-flows br-int',
  ])
})

it.each<[string, (question: Question, socket: Socket) => void, number]>([
  ['ends', (_, socket) => socket.destroy(), LONG_MS],
  ['says what is no JSON', (_, socket) => socket.write('hello'), LONG_MS],
  ['says nothing', () => {}, 20],
])('has no answer, and is not asked again, where the daemon %s', async (_, answer, deadlineMs) => {
  const asked = await daemon(answer)
  expect(await asked.ask('version', [], deadlineMs)).toBeUndefined()
  expect(asked.isOver).toBe(true)
  expect(await asked.ask('version', [], deadlineMs)).toBeUndefined()
})
