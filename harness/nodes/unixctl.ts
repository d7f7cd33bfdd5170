import type { Duplex } from 'node:stream'
import { SOCKETS } from '../ovsdb/bridge.ts'
import { Frames } from '../ovsdb/frames.ts'
import type { Machine } from '../ssh/machine.ts'
import { eachSocket, eachSocketOf } from './target.ts'

const DEADLINE_MS = 5_000
/** Its control socket bears its process id, and lies beside that of the database (ovs-appctl(8), --target). */
const PATHS = SOCKETS.Open_vSwitch.map(socket => socket.replace('db.sock', 'ovs-vswitchd'))

/** What a daemon answered: its words, or its complaint. */
interface Answer {
  id?: unknown
  result?: unknown
  error?: unknown
}

/**
 * The control socket of ovs-vswitchd, which ovs-appctl asks as well (JSON-RPC 1.0 over a UNIX socket): here without a
 * process for each question. One connection a machine, for as long as that is open.
 */
export class Unixctl {
  readonly #stream: Duplex
  readonly #frames = new Frames()
  readonly #asked = new Map<number, (answer: string | undefined) => void>()
  #lastId = 0
  #isOver = false

  constructor(stream: Duplex) {
    this.#stream = stream
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
    for (const end of ['error', 'end', 'close']) stream.on(end, () => this.#end())
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** What the daemon says, or what it complains of; undefined where it does not answer in time, or the connection ended. */
  ask(method: string, params: string[], deadlineMs: number): Promise<string | undefined> {
    if (this.#isOver) return Promise.resolve(undefined)
    const id = ++this.#lastId
    return new Promise(resolve => {
      const timer = setTimeout(() => this.#end(), deadlineMs)
      this.#asked.set(id, answer => {
        clearTimeout(timer)
        resolve(answer)
      })
      this.#stream.write(JSON.stringify({ id, method, params }))
    })
  }

  #read(chunk: Buffer): void {
    try {
      for (const value of this.#frames.push(chunk) as Answer[]) {
        const answered = this.#asked.get(Number(value.id))
        this.#asked.delete(Number(value.id))
        answered?.(String(value.error ?? value.result ?? ''))
      }
    } catch {
      this.#end()
    }
  }

  /** A connection that was late or garbled once is not asked again. */
  #end(): void {
    this.#isOver = true
    this.#stream.destroy()
    for (const answered of this.#asked.values()) answered(undefined)
    this.#asked.clear()
  }
}

const open = new WeakMap<Machine, Promise<Unixctl | undefined>>()

/** The control socket of a machine's ovs-vswitchd; undefined where it cannot be joined: ovs-appctl is to be run then. */
export async function vswitchdOf(machine: Machine): Promise<Unixctl | undefined> {
  const known = await open.get(machine)
  if (known && !known.isOver) return known
  const joining = join(machine)
  open.set(machine, joining)
  return joining
}

async function join(machine: Machine): Promise<Unixctl | undefined> {
  const script = [
    'found=',
    ...PATHS.map(path => eachSocket(path, '{ found=yes; echo "$socket"; }')),
    `[ -n "$found" ] || ${eachSocketOf('ovs-vswitchd', 'echo "$socket"')}`,
    'true',
  ].join('\n')
  const { stdout } = await machine.run(script, { deadlineMs: DEADLINE_MS })
  const sockets = stdout.toString().split('\n').filter(Boolean)
  if (sockets.length === 0) return undefined
  const joined = await machine.connect(sockets)
  return 'stream' in joined ? new Unixctl(joined.stream) : undefined
}
