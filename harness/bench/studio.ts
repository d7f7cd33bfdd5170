import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { checkout } from '../core/checkout.ts'
import { type FromPage, OUTPUT_HEAD_BYTES, type ToPage } from '../studio-page/protocol.ts'
import { type Bench, median, repeat } from './figure.ts'

/** What is measured of the studio. */
export const LEARNED = ['learn-ready', 'learn-echo-p95'] as const

const KEYS = 200
const DEADLINE_MS = 60_000

/**
 * From the start of `learn` to a page that has all its files and its lesson; and from a key to what the shell answers, over ssh
 * and back. As a browser asks for it, without the browser's own time.
 */
export async function studioFigures(lesson: string, lab: string, runs: number, bench: Bench): Promise<void> {
  if (bench.wants('learn-ready')) {
    const times = await repeat(
      runs,
      async () => {
        const startedAt = performance.now()
        const page = await openLearn(lesson, lab)
        const ms = performance.now() - startedAt
        await page.close()
        return ms
      },
      (done, all) => bench.say('learn', done, all),
    )
    bench.tell('learn-ready', median(times))
  }
  if (bench.wants('learn-echo-p95')) {
    bench.say('keys that a shell answers')
    const page = await openLearn(lesson, lab)
    const times = await page.echoes(KEYS)
    await page.close()
    bench.tell('learn-echo-p95', times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)]!)
  }
}

/** Starts the command, and does what a page does until it has something to show. */
async function openLearn(lesson: string, lab: string) {
  const words = ['harness/ovn-lab.mjs', 'learn', lesson, '--lab', lab, '--no-open']
  const child = spawn(process.execPath, words, {
    cwd: checkout,
    env: { ...process.env, OVN_LAB_PROGRESS: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', chunk => {
      said += chunk
      const found = /https?:\S+token=\S+/.exec(said)?.[0]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`learn ended early: ${said}`)))
  })
  const { origin } = new URL(address)
  const cookie = (await fetch(address)).headers.get('set-cookie')!.split(';')[0]!
  const files = ['', 'page/main.js', 'page/main.css']
  const fetched = Promise.all(
    files.map(async file => (await fetch(join(`${origin}/`, file), { headers: { cookie } })).text()),
  )
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/live`, { headers: { cookie, origin } })
  const page = pageOn(socket)
  await Promise.all([fetched, page.heard('model')])
  return {
    echoes: (keys: number) => echoes(page, keys),
    async close() {
      socket.terminate()
      child.kill('SIGINT')
      await once(child, 'exit')
    },
  }
}

/** What a page hears. */
function pageOn(socket: WebSocket) {
  const listeners = new Set<(message: ToPage | Buffer) => void>()
  socket.on('message', (data: Buffer, isBinary) => {
    const message = isBinary ? data.subarray(OUTPUT_HEAD_BYTES) : (JSON.parse(String(data)) as ToPage)
    for (const listener of [...listeners]) listener(message)
  })
  const until = (isIt: (message: ToPage | Buffer) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the studio does not answer')), DEADLINE_MS)
      const listener = (message: ToPage | Buffer) => {
        if (!isIt(message)) return
        clearTimeout(timer)
        listeners.delete(listener)
        resolve()
      }
      listeners.add(listener)
    })
  return {
    until,
    heard: (say: ToPage['say']) => until(message => 'say' in message && message.say === say),
    tell: (message: FromPage) => socket.send(JSON.stringify(message)),
  }
}

async function echoes(page: ReturnType<typeof pageOn>, keys: number): Promise<number[]> {
  const isPrinted = (message: ToPage | Buffer) => Buffer.isBuffer(message)
  page.tell({ do: 'open-shell', node: 'controller' })
  await page.heard('opened')
  const prompt = page.until(message => Buffer.isBuffer(message) && message.includes('#'))
  page.tell({ do: 'show-shell', shell: 1 })
  await prompt
  const times: number[] = []
  for (let key = 0; key < keys; key++) {
    const echoed = page.until(isPrinted)
    const startedAt = performance.now()
    page.tell({ do: 'type', shell: 1, data: 'x' })
    await echoed
    times.push(performance.now() - startedAt)
  }
  return times
}
