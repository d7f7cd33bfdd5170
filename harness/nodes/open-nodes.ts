import { setTimeout as pause } from 'node:timers/promises'
import type { Capture } from '../capture/capture.ts'
import type { KeptFrames } from '../capture/kept-frames.ts'
import { CannotLook } from '../core/errors.ts'
import { factorOf } from '../core/patience.ts'
import { text } from '../core/text.ts'
import type { Inventory, Places } from '../inventory/inventory.ts'
import type { DatabaseName, Evidence, Looker, Request, Wires } from '../look/evidence.ts'
import { WIRES } from '../look/traffic.ts'
import { type LocalMachine, localMachine } from '../ssh/local-machine.ts'
import type { Machine } from '../ssh/machine.ts'
import { Databases } from './databases.ts'
import { lookAt } from './look-at.ts'
import type { Pace } from './ping.ts'
import { Silence } from './silence.ts'

/** A looker at real machines. */
export interface NodesLooker extends Looker {
  /** Opens databases ahead of the first look at them; what goes wrong is told by that look. */
  warm(databases: { node: string; database: DatabaseName }[]): void
  /** Counts as a change: everything is looked at anew. For what no database tells, such as a link set up. */
  refresh(): void
  /** How long the first look at pings takes from now on: as usual unless told. */
  setPace(pace: Pace): void
  /** From now on `kept` gets every frame that captures hear; without it none is kept. */
  keep(kept: KeptFrames): void
}

/** How often a lost database is tried again, and only while somebody waits for a change. */
const RETRY_MS = 1_000

/**
 * A looker at the machines of one lab, by node. Nothing is asked of them before the first look. `places`: where a node
 * keeps what is not found by itself. `wires`: the lab's own, where they may be listened to. `closing` is aborted when it is
 * closed, for machines that are not reached yet.
 */
export function openNodes(
  lab: string,
  machines: ReadonlyMap<string, Promise<Machine>>,
  places: Readonly<Record<string, Places>> = {},
  wires?: Inventory['wires'],
  closing = new AbortController(),
): NodesLooker {
  return new Nodes(lab, machines, places, wires, closing)
}

class Nodes implements NodesLooker {
  readonly lab: string
  readonly nodes: string[]
  readonly wires: Wires | undefined
  readonly #machines: ReadonlyMap<string, Promise<Machine>>
  readonly #places: Readonly<Record<string, Places>>
  readonly #databases: Databases
  readonly #captures = new Set<Capture>()
  readonly #silence = new Silence()
  /** Those that answered so far: nothing is judged before they do, and how slow they are shows only then. */
  readonly #open: Machine[] = []
  readonly #closing: AbortController
  #kept: KeptFrames | undefined
  #pace: Pace = {}
  #changes = new EventTarget()
  #epoch = 0
  /** Answers of this epoch, by request: asked by several claims, looked at once. */
  #answers = new Map<string, Promise<unknown>>()

  constructor(
    lab: string,
    machines: ReadonlyMap<string, Promise<Machine>>,
    places: Readonly<Record<string, Places>>,
    wires: Inventory['wires'],
    closing: AbortController,
  ) {
    this.lab = lab
    this.#closing = closing
    this.#places = places
    this.nodes = [...machines.keys()]
    this.#machines = wires
      ? new Map([...machines, [WIRES, opened(localMachine(WIRES, wires.enter))]])
      : machines
    this.wires = wires && {
      ports: wires.ports,
      markers: wires.markers,
      ...(wires.outside && { outside: wires.outside }),
    }
    for (const machine of machines.values())
      machine.then(
        open => void this.#open.push(open),
        () => undefined,
      )
    this.#databases = new Databases(this.#machineOf, places, () => this.refresh())
  }

  get epoch(): number {
    return this.#epoch
  }

  get patienceFactor(): number {
    return factorOf(this.#open)
  }

  look<R extends Request>(request: R): Promise<Evidence<R>> {
    const key = JSON.stringify(request)
    const known = this.#answers.get(key)
    if (known) return known as Promise<Evidence<R>>
    const answer = this.#lookAt(request)
    this.#answers.set(key, answer)
    return answer as Promise<Evidence<R>>
  }

  warm(databases: { node: string; database: DatabaseName }[]): void {
    for (const { node, database } of databases) this.#databases.open(node, database).catch(() => undefined)
  }

  keep(kept: KeptFrames): void {
    this.#kept = kept
  }

  setPace(pace: Pace): void {
    this.#pace = pace
  }

  refresh(): void {
    this.#epoch++
    this.#answers = new Map()
    this.#changes.dispatchEvent(new Event('change'))
  }

  async changed(since: number, signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, this.#closing.signal])
    const over = new AbortController()
    const retrying = this.#retryLost(AbortSignal.any([ended, over.signal]))
    try {
      while (this.#epoch <= since) {
        ended.throwIfAborted()
        await nextEvent(this.#changes, ended)
      }
    } finally {
      over.abort()
      await retrying
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#captures].map(capture => capture.stop().catch(() => undefined)))
    const machines = [...this.#machines.values()].map(machine =>
      machine.then(
        open => open.close(),
        () => undefined,
      ),
    )
    // Together: a copy that is still being opened waits for its machine, and is let go by the end of that.
    await Promise.all([this.#databases.close(), ...machines])
  }

  async #lookAt(request: Request): Promise<unknown> {
    if (this.#closing.signal.aborted) throw closed(this.lab)
    return lookAt(request, {
      databases: this.#databases,
      machineOf: this.#machineOf,
      places: this.#places,
      captures: this.#captures,
      silence: this.#silence,
      pace: this.#pace,
      ...(this.#kept && { kept: this.#kept }),
    })
  }

  /** No machine is polled while all is well. */
  async #retryLost(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) await this.#databases.reopen()
    }
  }

  readonly #machineOf = async (node: string): Promise<Machine> => {
    const machine = this.#machines.get(node)
    if (machine) return machine
    throw new CannotLook(
      text(`lab ${this.lab} has no node named ${node}`, `實驗環境 ${this.lab} 裡沒有名為 ${node} 的節點`),
      { where: node },
    )
  }
}

/** Started at once, as connections are; whoever asks it first is told why it is not there. */
function opened(machine: LocalMachine): Promise<Machine> {
  const ready = machine.ready().then(() => machine)
  ready.catch(() => undefined)
  return ready
}

const closed = (lab: string) =>
  new CannotLook(text(`lab ${lab} is no longer open`, `實驗環境 ${lab} 的連線已關閉`), { where: lab })

function nextEvent(target: EventTarget, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      target.removeEventListener('change', onChange)
      reject(signal.reason)
    }
    const onChange = () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }
    target.addEventListener('change', onChange, { once: true })
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
