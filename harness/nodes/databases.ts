import { patient } from '../core/patience.ts'
import type { Places } from '../inventory/inventory.ts'
import type { DatabaseName, Tables } from '../look/evidence.ts'
import { openDatabase } from '../ovsdb/bridge.ts'
import type { Replica } from '../ovsdb/replica.ts'
import type { RowDelta } from '../ovsdb/store.ts'
import type { Machine } from '../ssh/machine.ts'

/** From the start of the bridge to the filled copy; also for a server that hangs later on. */
const DEADLINE_MS = 4_000

/** A copy that changed; without `rows` it was lost, or is there again. */
export interface DatabaseChange {
  node: string
  database: DatabaseName
  rows?: RowDelta[]
}

/** Copies of the lab's databases, each opened at first use and again after it was lost. */
export class Databases {
  readonly #machineOf: (node: string) => Promise<Machine>
  readonly #places: Readonly<Record<string, Places>>
  readonly #onChange: (change: DatabaseChange) => void
  readonly #copies = new Map<string, Promise<Replica>>()
  readonly #lost = new Map<string, { node: string; database: DatabaseName }>()

  /** `onChange` is called when a copy changes, is lost, or is there again. */
  constructor(
    machineOf: (node: string) => Promise<Machine>,
    places: Readonly<Record<string, Places>>,
    onChange: (change: DatabaseChange) => void,
  ) {
    this.#machineOf = machineOf
    this.#places = places
    this.#onChange = onChange
  }

  /** The tables as of now: everything committed before the call is in them. Rejects with CannotLook. */
  async tables(node: string, database: DatabaseName): Promise<Tables> {
    const isOpen = this.#copies.has(keyOf(node, database))
    const replica = await this.open(node, database)
    if (isOpen) await replica.catchUp(patient(DEADLINE_MS, await this.#machineOf(node)))
    return replica.snapshot()
  }

  /** The copy of one database; rejects with CannotLook. */
  open(node: string, database: DatabaseName): Promise<Replica> {
    const key = keyOf(node, database)
    const known = this.#copies.get(key)
    if (known) return known
    const opening = this.#fill(node, database)
    this.#copies.set(key, opening)
    opening.catch(() => this.#forget(key, node, database, opening))
    return opening
  }

  /** Tries again to open what was lost; true when there is nothing left to try. */
  async reopen(): Promise<boolean> {
    const lost = [...this.#lost.values()]
    await Promise.allSettled(lost.map(({ node, database }) => this.open(node, database)))
    return this.#lost.size === 0
  }

  async close(): Promise<void> {
    const open = [...this.#copies.values()]
    this.#copies.clear()
    for (const opened of await Promise.allSettled(open))
      if (opened.status === 'fulfilled') opened.value.close()
  }

  async #fill(node: string, database: DatabaseName): Promise<Replica> {
    const key = keyOf(node, database)
    const told = this.#places[node]?.sockets?.[database]
    const replica = await openDatabase(await this.#machineOf(node), database, {
      deadlineMs: DEADLINE_MS,
      ...(told !== undefined && { sockets: [told] }),
    })
    replica.onChange(rows => this.#onChange({ node, database, rows }))
    if (this.#lost.delete(key)) this.#onChange({ node, database })
    void replica.ended.then(() => {
      if (this.#forget(key, node, database)) this.#onChange({ node, database })
    })
    return replica
  }

  #forget(key: string, node: string, database: DatabaseName, only = this.#copies.get(key)): boolean {
    if (!only || this.#copies.get(key) !== only) return false
    this.#copies.delete(key)
    this.#lost.set(key, { node, database })
    return true
  }
}

const keyOf = (node: string, database: DatabaseName) => `${node} ${database}`
