import { randomBytes } from 'node:crypto'
import { type Paced, patient } from '../core/patience.ts'
import { afterMark, type Prelude } from './after-mark.ts'
import type { Role } from './agent-command.ts'
import { agentProgram } from './agent-program.ts'
import { Babble, type Frame, FrameReader, frame, uint32 } from './frames.ts'
import type { Connected } from './machine.ts'
import { RemoteStream } from './remote-stream.ts'
import { AFTER_DATA_MS, type Pipe, type Root, type Running, type ScriptOptions } from './root.ts'
import { politely } from './root-shell.ts'

/** The agent ends itself and all it started when it has heard nothing for so long: the network is cut. */
const QUIET_MS = 20_000
/** How often it hears from us at least. */
const HEARTBEAT_MS = 5_000

/** An agent that is about to be started: the program that `agentCommand` has to read. */
export interface AgentToBe {
  program: string
  /**
   * Sends the program and waits for the agent to say that it is there; false when something ended instead, or
   * printed without an end.
   */
  open(pipe: Pipe, prelude?: Prelude): Promise<Root | false>
}

export function agentToBe(paced: Paced, role?: Role): AgentToBe {
  const mark = randomBytes(16).toString('hex')
  const program = agentProgram(mark, patient(QUIET_MS, paced), role === 'watches')
  return {
    program,
    async open(pipe, prelude) {
      pipe.stdio.write(program)
      return (await afterMark(pipe.stdio, mark, prelude)) ? new Agent(pipe) : false
    },
  }
}

/** Scripts and sockets of one node, all over one stream to the agent that runs there. */
class Agent implements Root {
  readonly ended: Pipe['ended']
  readonly #pipe: Pipe
  readonly #streams = new Map<number, RemoteStream>()
  #lastId = 0
  #isOver = false
  #isGarbled = false

  constructor(pipe: Pipe) {
    this.#pipe = pipe
    const reader = new FrameReader()
    const heartbeat = setInterval(() => this.#tell('H', 0), HEARTBEAT_MS)
    heartbeat.unref()
    const end = () => {
      this.#isOver = true
      clearInterval(heartbeat)
      for (const stream of this.#streams.values()) stream.end()
      this.#streams.clear()
    }
    pipe.stdio.on('data', (chunk: Buffer) => {
      if (this.#isOver) return
      try {
        for (const frame of reader.push(chunk)) this.#take(frame)
      } catch (thrown) {
        if (!(thrown instanceof Babble)) throw thrown
        this.#isGarbled = true
        end()
        pipe.stdio.destroy()
      }
    })
    pipe.stdio.resume()
    this.ended = pipe.ended
    void pipe.ended.then(end)
    pipe.stdio.on('end', end)
    pipe.stdio.on('close', end)
  }

  get isGarbled(): boolean {
    return this.#isGarbled
  }

  #take(frame: Frame): void {
    this.#streams.get(frame.id)?.take(frame)
    if (frame.type === 'Z' || frame.type === 'N') this.#streams.delete(frame.id)
  }

  async start(script: string, { stdin, lifeMs = 0, isPerl }: ScriptOptions): Promise<Running> {
    const reads = Buffer.from(isPerl ? 'p' : stdin === 'watch' ? 'w' : 'd')
    const stopMs = stdin === 'watch' ? 0 : stdin === 'data' ? AFTER_DATA_MS : undefined
    const about = Buffer.concat([reads, uint32(lifeMs), Buffer.from(isPerl ? script : politely(script))])
    const running = this.#open('S', about, stopMs)
    if (typeof stdin === 'object') running.stdio.end(stdin.input)
    return running
  }

  async connect(sockets: string[]): Promise<Connected> {
    const stream = this.#open('C', Buffer.from(sockets.join('\0')), 0)
    const why = await stream.connected
    if (why === undefined) return { stream: stream.stdio }
    return why === '' ? { missing: 'socket' } : { refused: why }
  }

  #open(type: string, about: Buffer, stopMs: number | undefined): RemoteStream {
    const id = ++this.#lastId
    const stream = new RemoteStream((what, data) => this.#tell(what, id, data), stopMs)
    if (this.#isOver) {
      stream.end()
      return stream
    }
    this.#streams.set(id, stream)
    this.#tell(type, id, about)
    return stream
  }

  #tell(type: string, id: number, data?: Buffer): void {
    if (!this.#isOver) this.#pipe.stdio.write(frame(type, id, data))
  }
}
