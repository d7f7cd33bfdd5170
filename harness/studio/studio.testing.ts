import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Inventory } from '../inventory/inventory.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import type { LiveEvent, LiveLesson } from '../live/live.ts'
import { loadRecording, replay } from '../look/recording.ts'
import { openStudio, type Studio, type StudioRequest } from './studio.ts'

/** Machines that nobody can reach: nothing listens at port 1. */
const nowhere: Inventory = {
  name: 'nowhere',
  nodes: {
    controller: { host: '127.0.0.1', port: 1, user: 'root' },
    hypervisor: { host: '127.0.0.1', port: 1, user: 'root' },
  },
}

/** A live lesson that says what a test lets it say, on a lab as it was recorded. */
export async function toldLesson(
  id = demoLesson(),
  recorded = 'untouched',
): Promise<LiveLesson & { tell(event: LiveEvent): void }> {
  const lesson = await loadLesson(id)
  const listeners = new Set<(event: LiveEvent) => void>()
  const judgements = new Map()
  return {
    lesson,
    lab: nowhere.name,
    commands: 0,
    judgements,
    nodes: Object.keys(nowhere.nodes).map(node => ({ node, isOpen: true })),
    looker: replay(await loadRecording(join(lesson.folder, `recordings/${recorded}.json`))),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    again: () => undefined,
    settled: async () => undefined,
    close: async () => undefined,
    tell(event) {
      if (event.kind === 'judged') for (const [id, one] of event.claims) judgements.set(id, one)
      for (const listener of listeners) listener(event)
    },
  }
}

/** A studio of a test's own on loopback, with a page of one line. */
export async function testStudio(
  about: Partial<StudioRequest> = {},
): Promise<Studio & { end(): Promise<void> }> {
  const own = mkdtempSync(join(tmpdir(), 'studio-'))
  writeFileSync(join(own, 'main.js'), 'document.title')
  writeFileSync(join(own, 'main.css'), 'body {}')
  const lesson = await loadLesson(demoLesson())
  const studio = await openStudio({
    lesson,
    lang: 'en',
    inventory: nowhere,
    live: toldLesson(),
    listen: { host: '127.0.0.1', port: 0 },
    isShared: true,
    pageFolder: own,
    ...about,
  })
  return {
    ...studio,
    async end() {
      await studio.close()
      rmSync(own, { recursive: true })
    },
  }
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A request as it is, with whatever headers: fetch would not send a Host or an Origin of our choice. */
export const ask = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, answer => {
      let body = ''
      answer.on('data', chunk => {
        body += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body }))
    })
    asked.on('error', reject)
    asked.on('upgrade', (answer, socket) => {
      socket.destroy()
      resolve({ status: answer.statusCode!, headers: answer.headers, body: '' })
    })
    asked.end()
  })

/** The cookie that an address gives, as a browser sends it back. */
export async function cookieFrom(address: string): Promise<string> {
  const { headers } = await ask(address)
  return String(headers['set-cookie']?.[0] ?? '').split(';')[0]!
}
