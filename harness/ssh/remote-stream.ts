import { constants } from 'node:os'
import { Duplex, Readable } from 'node:stream'
import { WINDOW_BYTES } from './agent-program.ts'
import { Babble, type Frame, uint32 } from './frames.ts'
import type { Exit } from './machine.ts'

const PIECE_BYTES = 64 * 1024

/** Says something to the agent about one stream. */
type Tell = (type: string, data?: Buffer) => void

/** What a script or a socket on a node and we send each other, over the agent. */
export class RemoteStream {
  readonly stdio: Duplex
  readonly stderr: Readable
  readonly exited: Promise<Exit>
  /** Resolves when all output is here, too. */
  readonly closed: Promise<Exit>
  /** Resolves when the agent says whether it connected to a socket: undefined, or why not. */
  readonly connected: Promise<string | undefined>
  readonly #tell: Tell
  readonly #out: Inflow
  readonly #err: Inflow
  #exit: Exit = { code: null }
  #isOver = false
  #untaken = 0
  #onTaken: (() => void) | undefined
  #announceExit: (exit: Exit) => void = () => {}
  #announceClose: (exit: Exit) => void = () => {}
  #announceConnected: (why: string | undefined) => void = () => {}

  /** `stopMs`: how long after the end of its stdin it is told to stop; undefined: never. */
  constructor(tell: Tell, stopMs?: number) {
    this.#tell = tell
    this.exited = new Promise(resolve => {
      this.#announceExit = resolve
    })
    this.closed = new Promise(resolve => {
      this.#announceClose = resolve
    })
    this.connected = new Promise(resolve => {
      this.#announceConnected = resolve
    })
    this.stdio = new Duplex({
      read: () => this.#out.grant(),
      write: (chunk: Buffer, _, done) => this.#write(chunk, done),
      final: done => {
        if (!this.#isOver) tell('E', stopMs === undefined ? undefined : uint32(stopMs))
        done()
      },
      destroy: (error, done) => {
        if (!this.#isOver) tell('Q')
        this.#taken(this.#untaken)
        done(error)
      },
    })
    this.stderr = new Readable({ read: () => this.#err.grant() })
    this.#out = new Inflow('O', this.stdio, tell)
    this.#err = new Inflow('R', this.stderr, tell)
  }

  /** What the agent says of it; throws Babble for what it cannot say. */
  take({ type, data }: Frame): void {
    if (type === 'O') this.#out.push(data)
    if (type === 'R') this.#err.push(data)
    if (type === 'A') this.#taken(countIn(data))
    if (type === 'X') this.#exit = exitOf(data)
    if (type === 'X') this.#announceExit(this.#exit)
    if (type === 'Y') this.#announceConnected(undefined)
    if (type === 'N') this.#announceConnected(data.toString('utf8'))
    if (type === 'Z' || type === 'N') this.end()
  }

  /** Nothing more will come, be it that it is over or that the agent is. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#taken(this.#untaken)
    if (!this.stdio.destroyed) this.stdio.push(null)
    this.stderr.push(null)
    this.#announceConnected(undefined)
    this.#announceExit(this.#exit)
    this.#announceClose(this.#exit)
  }

  /** One write at a time: the next one comes when the script has taken this one. */
  #write(chunk: Buffer, done: () => void): void {
    this.#untaken = chunk.length
    this.#onTaken = done
    if (this.#isOver) this.#taken(chunk.length)
    if (this.#isOver) return
    for (let at = 0; at < chunk.length; at += PIECE_BYTES)
      this.#tell('D', chunk.subarray(at, at + PIECE_BYTES))
  }

  #taken(bytes: number): void {
    this.#untaken -= bytes
    if (this.#untaken > 0) return
    const done = this.#onTaken
    this.#onTaken = undefined
    done?.()
  }
}

/** Output on its way to whoever reads it: no more of it than the window is sent ahead. */
class Inflow {
  readonly #from: string
  readonly #readable: Readable
  readonly #tell: Tell
  #ungranted = 0

  constructor(from: string, readable: Readable, tell: Tell) {
    this.#from = from
    this.#readable = readable
    this.#tell = tell
  }

  push(chunk: Buffer): void {
    if (this.#readable.destroyed) return
    this.#ungranted += chunk.length
    // Else whoever sends on though nobody reads would fill our memory.
    if (this.#ungranted > WINDOW_BYTES) throw new Babble('more than the window')
    this.#readable.push(chunk)
  }

  /** There is room again. Said only now and then: a frame for each chunk would cost as much as the chunk. */
  grant(): void {
    if (this.#ungranted < WINDOW_BYTES / 2) return
    this.#tell('G', Buffer.concat([Buffer.from(this.#from), uint32(this.#ungranted)]))
    this.#ungranted = 0
  }
}

const countIn = (data: Buffer): number => {
  if (data.length !== 4) throw new Babble('a count that is none')
  return data.readUInt32BE(0)
}

/**
 * How a script ended, from the agent's exit code, signal and whether the agent itself had told it to stop.
 * Who was asked to stop and died of it has 128 and the signal as its code, as in a shell.
 */
function exitOf([code = 0, signal = 0, wasAsked = 0]: Iterable<number> & { [at: number]: number }): Exit {
  if (signal === 0) return { code }
  if (wasAsked) return { code: 128 + signal }
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0]
  return { code: null, signal: name ?? `signal ${signal}` }
}
