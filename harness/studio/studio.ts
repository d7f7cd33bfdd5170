import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type WebSocket, WebSocketServer } from 'ws'
import type { KeptFrames } from '../capture/kept-frames.ts'
import { BadCall } from '../core/errors.ts'
import type { Lang, Text } from '../core/text.ts'
import { text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Answers } from '../judge/answers.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { LiveLesson } from '../live/live.ts'
import { studioApp } from './app.ts'
import { Gate } from './gate.ts'
import { hostsAt, nameToPrint } from './hosts.ts'
import { Room } from './room.ts'

/** The longest message of a page: what somebody pastes into a shell. */
const MESSAGE_BYTES_MAX = 2 ** 20

/** How often pages are asked whether they are there; one that did not answer the last time is gone (its computer sleeps, its network is away). */
const ASK_MS = 30_000

/** What is kept of a learner beyond this studio. Each returns what has to be said to them: that it could not be kept. */
export interface Remember {
  /** Steps of hints that were opened, now or earlier, by claim. */
  readonly opened: ReadonlyMap<string, number>
  happened(live: LiveLesson): Text | undefined
  opensHint(claim: string, steps: number): Text | undefined
}

/** What a command came to, in the language it was asked in. */
export interface Done {
  words: string
  isDone: boolean
}

/** States of the lab to come back to. What is done tells of itself. */
export interface CheckpointDesk {
  list(): { name: string; savedAt: string }[]
  save(lang: Lang): Promise<Done>
  restore(name: string, lang: Lang): Promise<Done>
  /** Saves what is there now, and applies the reference solution up to and with a stage; nothing where it could not be saved. */
  solve(stage: string, lang: Lang): Promise<Done>
}

export interface StudioRequest {
  lesson: Lesson
  lang: Lang
  inventory: Inventory
  /** Judges the lesson; the page is there before it has anything to say. */
  live: Promise<LiveLesson>
  /** The address it listens at; port 0: any. */
  listen: { host: string; port: number; tls?: { cert: Buffer; key: Buffer } }
  /** Whether there is an address for guests. */
  isShared: boolean
  pageFolder: string
  remember?: Remember
  checkpoints?: CheckpointDesk
  /** Answers, which are tried before they are shown. */
  answers?: Answers
  /** What probes of the live lesson heard. */
  kept?: KeptFrames
}

export interface Studio {
  /** An address that lets one browser in, once; another one each time. */
  address(): string
  /** The address for guests, where it is shared. */
  readonly shareAddress: string | undefined
  /** Cuts the connections of all pages, which connect again. */
  cut(): void
  /** Closes pages and shells; the live lesson is whoever's opened it. */
  close(): Promise<void>
}

/** Opens a studio: it is there when this resolves. A port that is taken is BadCall. */
export async function openStudio(request: StudioRequest): Promise<Studio> {
  const { listen, lang, pageFolder, isShared } = request
  const { tls } = listen
  let handle: (req: Request, env: never) => unknown = () => new Response('', { status: 503 })
  const server = createAdaptorServer({
    fetch: (req, env) => handle(req, env as never),
    createServer: (tls ? createTlsServer : createServer) as typeof createServer,
    ...(tls && { serverOptions: tls }),
    // The request and response of Node's own are what ours are made of; nothing else of the process is to change.
    overrideGlobalObjects: false,
  } as Parameters<typeof createAdaptorServer>[0])
  server.listen(listen.port, listen.host)
  await once(server, 'listening').catch(problem => Promise.reject(notListening(problem, listen)))
  const { port } = server.address() as AddressInfo
  const isSecure = tls !== undefined
  const gate = new Gate({ hosts: hostsAt(listen.host, port, isSecure), port, isSecure })
  const room = new Room(request)
  const app = studioApp({ gate, lang, pageFolder, downloads: room.downloads })
  handle = (req, env) => app.fetch(req, env)

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX })
  const here = new WeakSet<WebSocket>()
  server.on('upgrade', (incoming, socket, head) => {
    const { host, origin, cookie } = incoming.headers
    const role = gate.roleOf(cookie)
    // A page of another origin may open a socket to us, and a browser would send our cookie from the same site.
    if (incoming.url !== '/live' || !gate.isOurOrigin(origin, host) || !role) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(incoming, socket, head, (page: WebSocket) => {
      here.add(page)
      page.on('pong', () => here.add(page))
      room.enter(page, role)
    })
  })

  const asking = setInterval(() => {
    for (const page of sockets.clients) {
      if (!here.delete(page)) page.terminate()
      else page.ping()
    }
  }, ASK_MS)
  asking.unref()

  const origin = `${tls ? 'https' : 'http'}://${nameToPrint(listen.host)}:${port}`
  const cut = () => {
    for (const page of sockets.clients) page.terminate()
  }
  const addressOf = (token: string) => `${origin}/?token=${token}`
  return {
    address: () => addressOf(gate.tokenForStudent()),
    shareAddress: isShared ? addressOf(gate.tokenForGuests()) : undefined,
    cut,
    async close() {
      clearInterval(asking)
      cut()
      if ('closeAllConnections' in server) server.closeAllConnections()
      server.close()
      await room.close()
    },
  }
}

function notListening(problem: NodeJS.ErrnoException, { host, port }: StudioRequest['listen']): unknown {
  if (problem.code === 'EADDRINUSE')
    return new BadCall(
      text(
        `Port ${port} is taken: another program listens there. Choose another one with --port, or leave --port out.`,
        `埠 ${port} 已被其他程式使用。請用 --port 換一個，或不要指定 --port。`,
      ),
    )
  if (problem.code === 'EACCES')
    return new BadCall(
      text(
        `You have no permission to listen on port ${port}. Choose one above 1023 with --port.`,
        `沒有權限監聽埠 ${port}。請用 --port 選大於 1023 的埠。`,
      ),
    )
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(problem.code ?? ''))
    return new BadCall(text(`This computer has no address ${host}.`, `這台電腦沒有 ${host} 這個位址。`))
  return problem
}
