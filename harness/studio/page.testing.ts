import { WebSocket } from 'ws'
import { type FromPage, OUTPUT_HEAD_BYTES, type ShellState, type ToPage } from '../studio-page/protocol.ts'
import { cookieFrom } from './studio.testing.ts'

type Said<S extends ToPage['say']> = Extract<ToPage, { say: S }>

/** What a page does, without a browser: it takes what the studio says, and says what it has drawn. */
export class TestPage {
  readonly heard: ToPage[] = []
  /** What each shell printed, as far as it was sent here; the last 100 kB. */
  readonly printed = new Map<number, string>()
  bytes = 0
  /** False: it sleeps, and says nothing of what it has drawn. */
  isAwake = true
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#draw(data)
      else this.#hear(JSON.parse(String(data)) as ToPage)
    })
  }

  do(message: FromPage): void {
    this.#socket.send(JSON.stringify(message))
  }

  last<S extends ToPage['say']>(say: S): Said<S> | undefined {
    return this.heard.findLast((message): message is Said<S> => message.say === say)
  }

  get shells(): ShellState[] {
    return this.last('shells')?.shells ?? []
  }

  text(shell: number): string {
    return this.printed.get(shell) ?? ''
  }

  close(): void {
    this.#socket.terminate()
  }

  #hear(message: ToPage): void {
    this.heard.push(message)
    if (message.say === 'screen') this.printed.set(message.shell, message.data)
  }

  #draw(data: Buffer): void {
    const shell = data.readUInt32BE(0)
    const bytes = data.length - OUTPUT_HEAD_BYTES
    this.bytes += bytes
    const all = this.text(shell) + data.toString('utf8', OUTPUT_HEAD_BYTES)
    this.printed.set(shell, all.slice(-100_000))
    if (this.isAwake) this.do({ do: 'drawn', shell, generation: data.readUInt32BE(4), bytes })
  }
}

/** Opens a page under an address of a studio. */
export async function openPage(address: string): Promise<TestPage> {
  const { origin } = new URL(address)
  const cookie = await cookieFrom(address)
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/live`, { headers: { cookie, origin } })
  const page = new TestPage(socket)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return page
}
