import type { WebSocket } from 'ws'
import type { FromPage, Role, ToPage } from '../studio-page/protocol.ts'
import type { Viewer } from './outlet.ts'
import type { Guest } from './typing.ts'

/** One page that is open somewhere. */
export class Page implements Viewer, Guest {
  readonly role: Role
  name = ''
  readonly #socket: WebSocket
  /** The size of a screen belongs to it. */
  readonly #sizeOf: (shell: number) => { cols: number; rows: number }

  constructor(socket: WebSocket, role: Role, sizeOf: (shell: number) => { cols: number; rows: number }) {
    this.role = role
    this.#socket = socket
    this.#sizeOf = sizeOf
  }

  get isWaitedFor(): boolean {
    return this.role === 'student'
  }

  /** Questions of guests are the student's to answer: to others they are not said. */
  say(message: ToPage): void {
    if (this.role === 'guest' && (message.say === 'guest-asks' || message.say === 'asks-gone')) return
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  output(data: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(data)
  }

  screen(shell: number, generation: number, data: string): void {
    this.say({ say: 'screen', shell, generation, ...this.#sizeOf(shell), data })
  }

  /** Calls back with what the page does; what is no message of ours is passed over. */
  onMessage(listener: (message: FromPage) => void): void {
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) return
      const message = parsed(String(data))
      if (message) listener(message)
    })
  }

  onGone(listener: () => void): void {
    this.#socket.on('close', listener)
    this.#socket.on('error', () => this.#socket.terminate())
  }
}

function parsed(words: string): FromPage | undefined {
  try {
    const message = JSON.parse(words) as FromPage
    return typeof message === 'object' && message !== null && typeof message.do === 'string'
      ? message
      : undefined
  } catch {
    return undefined
  }
}
