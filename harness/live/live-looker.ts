import { setTimeout as pause } from 'node:timers/promises'
import type { Capture } from '../capture/capture.ts'
import type { KeptFrames } from '../capture/kept-frames.ts'
import { factorOf } from '../core/patience.ts'
import { step } from '../core/steps.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Evidence, KernelFacts, Looker, Request, Wires } from '../look/evidence.ts'
import { WIRES } from '../look/traffic.ts'
import { type DatabaseChange, Databases } from '../nodes/databases.ts'
import { lookAtKernel } from '../nodes/kernel.ts'
import { type KernelPart, lookAtParts } from '../nodes/kernel-parts.ts'
import { lookAt } from '../nodes/look-at.ts'
import { Silence } from '../nodes/silence.ts'
import { type LocalMachine, localMachine } from '../ssh/local-machine.ts'
import type { Machine } from '../ssh/machine.ts'
import { isProbe, isTouched, partOf, type Touch } from './touch.ts'

/** Packets of one probe are sent no more often. */
const PROBE_EVERY_MS = 1_000
/** What ticks by itself in a database announces nothing: for longer a copy of it is not handed out again. */
const DATABASE_MS = 100

interface Answer {
  request: Request
  evidence: Promise<unknown>
  /** It waits for its turn, and so sees whatever changes until then. */
  isWaiting: boolean
  lookedAtMs: number
  /** Of a kernel: what may be otherwise by now; all else still stands. */
  otherwise?: Set<KernelPart>
}

/** A looker whose answers stand until something changes that they depend on. */
export class LiveLooker implements Looker {
  readonly lab: string
  readonly nodes: string[]
  readonly wires: Wires | undefined
  readonly databases: Databases
  readonly #machineOf: (node: string) => Promise<Machine>
  readonly #places: Inventory['nodes']
  readonly #paced: () => Machine[]
  readonly #captures = new Set<Capture>()
  readonly #silence = new Silence()
  readonly #kept: KeptFrames | undefined
  readonly #answers = new Map<string, Answer>()
  readonly #probedAtMs = new Map<string, number>()
  readonly #waiting = new Set<() => void>()
  readonly #closing = new AbortController()
  readonly #onWires: LocalMachine | undefined
  #epoch = 0

  /** `machineOf` rejects with CannotLook while a node cannot be reached; `open`: those that can. */
  constructor(
    { name, nodes, wires }: Inventory,
    machineOf: (node: string) => Promise<Machine>,
    open: () => Machine[],
    onDatabase: (change: DatabaseChange) => void,
    kept?: KeptFrames,
  ) {
    this.#kept = kept
    this.lab = name
    this.nodes = Object.keys(nodes)
    this.#places = nodes
    this.#paced = open
    this.wires = wires && {
      ports: wires.ports,
      markers: wires.markers,
      ...(wires.outside && { outside: wires.outside }),
    }
    this.#onWires = wires && localMachine(WIRES, wires.enter)
    this.#machineOf = async node => {
      if (node !== WIRES || !this.#onWires) return machineOf(node)
      await this.#onWires.ready()
      return this.#onWires
    }
    this.databases = new Databases(this.#machineOf, nodes, onDatabase)
  }

  get epoch(): number {
    return this.#epoch
  }

  get patienceFactor(): number {
    return factorOf(this.#paced())
  }

  look<R extends Request>(request: R): Promise<Evidence<R>> {
    const key = JSON.stringify(request)
    const known = this.#answers.get(key)
    if (known && !known.otherwise && !isTooOld(known)) return known.evidence as Promise<Evidence<R>>
    const answer: Answer = {
      request,
      evidence: Promise.resolve(),
      isWaiting: isProbe(request),
      lookedAtMs: performance.now(),
    }
    answer.evidence = known?.otherwise ? this.#lookAtRest(known) : this.#lookAt(key, answer)
    answer.evidence.catch(() => undefined)
    this.#answers.set(key, answer)
    return answer.evidence as Promise<Evidence<R>>
  }

  /** Forgets what may be another one now; the requests whose answers were let go. */
  touch(touch: Touch): Request[] {
    const gone = [...this.#answers.values()].filter(answer => !answer.isWaiting && isTouched(answer, touch))
    const part = partOf(touch)
    const isKept = ({ request }: Answer) => request.look === 'kernel' && part !== undefined
    for (const answer of gone) if (isKept(answer)) answer.otherwise = new Set(answer.otherwise).add(part!)
    this.forget(gone.filter(answer => !isKept(answer)).map(({ request }) => request))
    return gone.map(({ request }) => request)
  }

  /** Forgets these answers, or all; one that waits for its turn is none yet. */
  forget(requests: Iterable<Request> = [...this.#answers.values()].map(({ request }) => request)): void {
    for (const request of requests) {
      const key = JSON.stringify(request)
      if (!this.#answers.get(key)?.isWaiting) this.#answers.delete(key)
    }
    this.#epoch++
    for (const wake of [...this.#waiting]) wake()
  }

  changed(since: number, signal: AbortSignal): Promise<void> {
    if (this.#epoch > since) return Promise.resolve()
    const ended = AbortSignal.any([signal, this.#closing.signal])
    return new Promise((resolve, reject) => {
      const over = () => {
        this.#waiting.delete(wake)
        ended.removeEventListener('abort', onAbort)
      }
      const wake = () => {
        over()
        resolve()
      }
      const onAbort = () => {
        over()
        reject(ended.reason)
      }
      if (ended.aborted) return onAbort()
      this.#waiting.add(wake)
      ended.addEventListener('abort', onAbort)
    })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#captures].map(capture => capture.stop().catch(() => undefined)))
    await Promise.all([this.databases.close(), this.#onWires?.close()])
  }

  /** Reads what of a kernel is known to look otherwise. */
  async #lookAtRest({ request, evidence, otherwise = new Set() }: Answer): Promise<unknown> {
    const { node } = request as Extract<Request, { look: 'kernel' }>
    const machine = await this.#machineOf(node)
    const before = await (evidence as Promise<KernelFacts>).catch(() => undefined)
    return step(before ? 'look kernel in part' : 'look kernel', () =>
      before ? lookAtParts(machine, before, otherwise) : lookAtKernel(machine),
    )
  }

  async #lookAt(key: string, answer: Answer): Promise<unknown> {
    const { request } = answer
    if (isProbe(request)) {
      const waitMs =
        (this.#probedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) + PROBE_EVERY_MS - performance.now()
      if (waitMs > 0) await pause(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined)
      answer.isWaiting = false
      answer.lookedAtMs = performance.now()
      this.#probedAtMs.set(key, answer.lookedAtMs)
    }
    return lookAt(request, {
      databases: this.databases,
      machineOf: this.#machineOf,
      places: this.#places,
      captures: this.#captures,
      silence: this.#silence,
      // What does not pass is looked at once more, soon after and when OVN has had its time (judging.ts).
      pace: { isFirstLook: true },
      ...(this.#kept && { kept: this.#kept }),
    })
  }
}

const isTooOld = ({ request, lookedAtMs }: Answer): boolean =>
  // Counters change all the time, and nothing tells of it.
  request.look === 'link-counters' ||
  (request.look === 'database' && (request.again === true || performance.now() - lookedAtMs > DATABASE_MS))
