import type { Duplex } from 'node:stream'
import { CannotLook } from '../core/errors.ts'
import type { Tables } from '../core/rows.ts'
import { same } from '../core/text.ts'
import { Client, Refused } from './client.ts'
import { Malformed } from './frames.ts'
import { type Dialect, MONITORS } from './monitor.ts'
import { schemaFrom } from './schema.ts'
import { badAnswer, noAnswer, type Source } from './source.ts'
import { type RowDelta, Store } from './store.ts'

/** A copy of the known tables of one database, filled once and kept up to date by the server. */
export class Replica {
  readonly #client: Client
  readonly #store: Store
  readonly #listeners = new Set<(rows: RowDelta[]) => void>()
  #end: CannotLook | undefined

  /** Resolves, never rejects, with the reason when the copy is no longer kept up to date. */
  readonly ended: Promise<CannotLook>

  private constructor(client: Client, store: Store) {
    this.#client = client
    this.#store = store
    this.ended = client.ended.then(why => {
      this.#end = why
      return why
    })
  }

  /** Opens a copy over a stream that leads to the server; rejects with CannotLook. The stream is ended with it. */
  static async open(stream: Duplex, source: Source, deadlineMs: number): Promise<Replica> {
    const client = new Client(stream, source)
    try {
      const schema = await client.request('get_schema', [source.database], { deadlineMs, take: schemaFrom })
      const replica = new Replica(client, new Store(schema, source.database))
      await replica.#fill(source, deadlineMs)
      return replica
    } catch (thrown) {
      const why = thrown instanceof Refused ? noAnswer(source, same(thrown.message), thrown) : thrown
      client.close(why instanceof CannotLook ? why : badAnswer(source, why))
      throw why instanceof CannotLook ? why : badAnswer(source, why)
    }
  }

  /** Calls `listener` after each change of more than what ticks by itself; returns what takes it off again. */
  onChange(listener: (rows: RowDelta[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** All known tables as they are now: the same object until something changes. Throws CannotLook once ended. */
  snapshot(): Tables {
    if (this.#end) throw this.#end
    return this.#store.snapshot()
  }

  /** Resolves when everything committed before the call is in the copy; rejects with CannotLook. */
  async catchUp(deadlineMs: number): Promise<void> {
    // The server flushes a session's updates before it answers that session's next request.
    await this.#client.request('echo', [], { deadlineMs, take: () => undefined })
  }

  close(): void {
    this.#client.close()
  }

  /** Asks in the newest dialect the server knows. */
  async #fill(source: Source, deadlineMs: number): Promise<void> {
    for (const [at, dialect] of MONITORS.entries()) {
      const params = dialect.params(source.database, this.#store.wanted)
      const take = (answer: unknown) => {
        this.#apply(dialect, dialect.initial(answer))
        // Set here and not after the await: the first update may be in the very same chunk.
        this.#client.onNotification = (method, notice) => this.#notice(dialect, method, notice)
      }
      try {
        return await this.#client.request(dialect.method, params, { deadlineMs, take })
      } catch (thrown) {
        if (!(thrown instanceof Refused) || at === MONITORS.length - 1) throw thrown
      }
    }
  }

  #notice(dialect: Dialect, method: string, params: unknown[]): void {
    if (method === 'monitor_canceled') throw new Malformed('the server took the database away')
    if (method !== dialect.notification) return
    const loud = this.#apply(dialect, dialect.updates(params))
    if (loud.length > 0) for (const listener of this.#listeners) listener(loud)
  }

  #apply(dialect: Dialect, updates: unknown): RowDelta[] {
    return this.#store.apply(updates, dialect.rowChange)
  }
}
