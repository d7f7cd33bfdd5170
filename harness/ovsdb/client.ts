import type { Duplex } from 'node:stream'
import { CannotLook } from '../core/errors.ts'
import { Frames } from './frames.ts'
import { isObject, type JsonObject, objectOf } from './schema.ts'
import { badAnswer, CLOSED, CUT_SHORT, ENDED, noAnswer, type Source, tooLate } from './source.ts'

/** All we ever ask (RFC 7047 §4.1, ovsdb-server(7)): there is no way to write through this client. */
export type Method =
  | 'list_dbs'
  | 'get_schema'
  | 'monitor'
  | 'monitor_cond'
  | 'monitor_cond_since'
  | 'monitor_cancel'
  | 'echo'
const READ_ONLY: ReadonlySet<string> = new Set<Method>([
  'list_dbs',
  'get_schema',
  'monitor',
  'monitor_cond',
  'monitor_cond_since',
  'monitor_cancel',
  'echo',
])

/** The server understood us and said no, for example to a method its release does not know. */
export class Refused extends Error {
  override name = 'Refused'
}

interface Pending {
  take(result: unknown): void
  reject(why: Error): void
}

/** JSON-RPC 1.0 over any byte stream that leads to an OVSDB server. Once something is amiss it stays ended. */
export class Client {
  readonly #stream: Duplex
  readonly #source: Source
  readonly #frames = new Frames()
  readonly #pending = new Map<number, Pending>()
  readonly #announceEnd: (why: CannotLook) => void
  #lastId = 0
  #end: CannotLook | undefined

  /** Resolves, never rejects, with the reason when the connection is of no more use. */
  readonly ended: Promise<CannotLook>
  /** Called for each notification of the server, in order; what it throws ends the connection as malformed. */
  onNotification: (method: string, params: unknown[]) => void = () => {}

  constructor(stream: Duplex, source: Source) {
    this.#stream = stream
    this.#source = source
    const { promise, resolve } = deferred<CannotLook>()
    this.ended = promise
    this.#announceEnd = resolve
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
    stream.on('error', cause => this.#finish(noAnswer(source, ENDED, cause)))
    const onEnd = () => this.#finish(noAnswer(source, this.#frames.isBetweenMessages ? ENDED : CUT_SHORT))
    stream.on('end', onEnd)
    stream.on('close', onEnd)
  }

  /**
   * Asks, and hands the result to `take` before any later message is looked at.
   * Rejects with Refused for an error answer, with CannotLook for everything else.
   */
  request<T>(
    method: Method,
    params: unknown[],
    { deadlineMs, take }: { deadlineMs: number; take: (result: unknown) => T },
  ): Promise<T> {
    if (!READ_ONLY.has(method)) throw new TypeError(`${method} could change the database`)
    return new Promise<T>((resolve, reject) => {
      if (this.#end) return reject(this.#end)
      const id = ++this.#lastId
      const timer = setTimeout(() => this.#finish(tooLate(this.#source, deadlineMs)), deadlineMs)
      const settled = () => {
        clearTimeout(timer)
        this.#pending.delete(id)
      }
      this.#pending.set(id, {
        take: result => {
          settled()
          try {
            resolve(take(result))
          } catch (cause) {
            reject(badAnswer(this.#source, cause))
            throw cause
          }
        },
        reject: why => {
          settled()
          reject(why)
        },
      })
      this.#send({ method, params, id })
    })
  }

  /** Ends the connection for a reason of the caller's, or because it is no longer wanted. */
  close(why: CannotLook = noAnswer(this.#source, CLOSED)): void {
    this.#finish(why)
  }

  #send(message: JsonObject): void {
    this.#stream.write(JSON.stringify(message))
  }

  #read(chunk: Buffer): void {
    if (this.#end) return
    try {
      for (const message of this.#frames.push(chunk)) this.#handle(objectOf(message, 'message'))
    } catch (cause) {
      this.#finish(cause instanceof CannotLook ? cause : badAnswer(this.#source, cause))
    }
  }

  #handle({ id, method, params, result, error }: JsonObject): void {
    if (typeof method === 'string') {
      // RFC 7047 §4.1.11: a server drops a client that leaves its echo unanswered.
      if (method === 'echo') this.#send({ result: params, error: null, id })
      else this.onNotification(method, Array.isArray(params) ? params : [])
      return
    }
    const asked = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (!asked) return
    if (error === null || error === undefined) asked.take(result)
    else asked.reject(new Refused(isObject(error) ? String(error.error) : String(error)))
  }

  #finish(why: CannotLook): void {
    if (this.#end) return
    this.#end = why
    for (const { reject } of [...this.#pending.values()]) reject(why)
    this.#stream.on('error', () => {})
    this.#stream.end()
    // A server that hangs would never let the stream end by itself.
    this.#stream.destroy()
    this.#announceEnd(why)
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}
