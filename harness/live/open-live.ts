import type { Judgement } from '../core/verdict.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { withoutUnbegun, withReplaced } from '../judge/aside.ts'
import type { Proofs } from '../judge/proof.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { databasesOf } from '../look/central.ts'
import type { Looker } from '../look/evidence.ts'
import type { DatabaseChange } from '../nodes/databases.ts'
import { connectMachine } from '../ssh/connect.ts'
import { Judging } from './judging.ts'
import type { Change, Flip, LiveEvent, LiveLesson, NodeState } from './live.ts'
import { LiveLooker } from './live-looker.ts'
import { Programs } from './programs.ts'
import { rowWords } from './row-words.ts'
import { NodeLines, type Told } from './told.ts'
import { WatchedNode } from './watched-node.ts'

/** What comes within this time of each other is told together. */
const TOGETHER_MS = 10
/** A database that was lost is tried again at this pace, while it is. */
const REOPEN_MS = 500
/** The computer slept where the clock went on by so much more than our timers did. */
const SLEPT_MS = 3_000

export interface LiveRequest {
  lesson: Lesson
  proofs: Proofs
  /** The machines of the lab. */
  lab: Inventory
  /** connectMachine unless told. */
  connect?: typeof connectMachine
  /** How many steps of a hint are given with a failure; 1 unless told. */
  hints?: number
}

/** Begins to judge a lesson on a lab, and goes on for as long as it is open. Nothing is awaited: what happens is told. */
export function openLive(request: LiveRequest): LiveLesson {
  return new Live(request)
}

class Live implements LiveLesson {
  readonly lesson: Lesson
  readonly lab: string
  readonly #looker: LiveLooker
  readonly #judging: Judging
  readonly #nodes: Map<string, WatchedNode>
  readonly #programs = new Programs()
  readonly #listeners = new Set<(event: LiveEvent) => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #lines = new Map<string, NodeLines>()
  #commands = 0
  #told: Map<string, Judgement> = new Map()
  #news = new Set<string>()
  #changes = new Set<Change>()
  #flushTimer: NodeJS.Timeout | undefined
  #busyTold = ''
  #whenSettled: (() => void)[] = []
  #isClosed = false

  constructor({ lesson, proofs, lab, connect = connectMachine, hints = 1 }: LiveRequest) {
    this.lesson = lesson
    this.lab = lab.name
    this.#nodes = new Map(
      Object.entries(lab.nodes).map(([node, address]) => [
        node,
        new WatchedNode(node, {
          connect: () => connect(node, address, { role: 'watches' }),
          onLine: line => this.#lines.get(node)?.take(line, Date.now()),
          onState: state => this.#onState(state),
          onCommand: () => void this.#commands++,
        }),
      ]),
    )
    this.#looker = new LiveLooker(
      lab,
      async node => {
        const watched = this.#nodes.get(node)
        await watched?.first
        return watched!.machine()
      },
      () => [...this.#nodes.values()].filter(({ state }) => state.isOpen).map(one => one.machine()),
      change => this.#onDatabase(change),
    )
    this.#judging = new Judging({
      lesson,
      proofs,
      looker: this.#looker,
      hints,
      onJudged: ({ spec }) => {
        this.#news.add(spec.id)
        this.#flushSoon()
      },
      onBusy: () => this.#flushSoon(),
    })
    void this.#begin()
  }

  get commands(): number {
    return this.#commands
  }

  get judgements(): ReadonlyMap<string, Judgement> {
    return this.#told
  }

  get nodes(): readonly NodeState[] {
    return [...this.#nodes.values()].map(({ state }) => state)
  }

  get looker(): Looker {
    return this.#looker
  }

  on(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  again(): void {
    this.#judging.again()
  }

  settled(): Promise<void> {
    return new Promise(resolve => {
      this.#whenSettled.push(resolve)
      this.#flushSoon()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#judging.close()
    clearTimeout(this.#flushTimer)
    for (const timer of this.#timers) clearInterval(timer)
    for (const lines of this.#lines.values()) lines.close()
    await this.#looker.close()
    await Promise.all([...this.#nodes.values()].map(node => node.close()))
    for (const resolve of this.#whenSettled) resolve()
  }

  async #begin(): Promise<void> {
    const nodes = [...this.#nodes.values()]
    await Promise.all(nodes.map(({ first }) => first))
    if (this.#isClosed) return
    const { central } = this.lesson.topology
    for (const { node, database } of databasesOf(this.#looker.nodes, central))
      this.#looker.databases.open(node, database).catch(() => undefined)
    this.#timers.add(setInterval(() => void this.#looker.databases.reopen(), REOPEN_MS))
    this.#timers.add(
      setInterval(
        wakeUps(() => {
          for (const node of nodes) node.doubt()
        }),
        1_000,
      ),
    )
    this.#judging.begin()
  }

  #onState(state: NodeState): void {
    const { node } = state
    this.#lines.get(node)?.close()
    this.#lines.delete(node)
    if (state.isOpen)
      this.#lines.set(
        node,
        new NodeLines(node, this.#programs, {
          onTold: told => this.#onTold(told),
          onDaemonFile: () => void this.#looker.databases.reopen(),
          onDaemon: (name, how) => this.#judging.daemon(node, name, how),
          isBusy: () => this.#nodes.get(node)!.isBusy,
        }),
      )
    this.#tell({ kind: 'node', state })
    if (state.isOpen) void this.#looker?.databases.reopen()
    this.#judging?.touch({ node, of: 'anything' }, [])
  }

  #onTold({ touch, change }: Told): void {
    const changes = change ? this.#withProgram([change]) : []
    this.#noteChanges(changes)
    this.#judging.touch(touch, changes)
  }

  #onDatabase({ node, database, rows }: DatabaseChange): void {
    if (!rows) {
      this.#judging.touch({ node, of: database }, [])
      return
    }
    const atMs = Date.now()
    const told = rows.flatMap((row): Change[] => {
      const words = rowWords(row)
      return words ? [{ node, source: database, words, atMs }] : []
    })
    const changes = this.#withProgram(told)
    this.#noteChanges(changes)
    this.#judging.touch({ node, of: database, tables: new Set(rows.map(({ table }) => table)) }, changes)
  }

  /** The program that they seem to follow from comes first. */
  #withProgram(changes: Change[]): Change[] {
    const [first] = changes
    const program = first && first.source !== 'program' ? this.#programs.causeOf(first) : undefined
    return program ? [program, ...changes] : changes
  }

  #noteChanges(changes: Change[]): void {
    const isNew = (change: Change) => !this.#changes.has(change)
    const fresh = changes.filter(isNew)
    for (const change of fresh) this.#changes.add(change)
    // Only to tell the same program once.
    if (this.#changes.size > 500) this.#changes = new Set([...this.#changes].slice(-250))
    if (fresh.length > 0) this.#tell({ kind: 'changed', changes: fresh })
  }

  #flushSoon(): void {
    if (this.#isClosed) return
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined
      this.#flush()
    }, TOGETHER_MS)
  }

  #flush(): void {
    const raw = new Map(
      [...this.#judging.states].flatMap(([id, { judgement }]) =>
        judgement ? [[id, judgement] as const] : [],
      ),
    )
    const told = withoutUnbegun(this.lesson.stages, withReplaced(this.lesson.stages, raw))
    const before = this.#told
    this.#told = told
    const claims = new Map([...told].filter(([id, judgement]) => !isSame(before.get(id), judgement)))
    const flips: Flip[] = [...claims].flatMap(([claim, { verdict: to }]) => {
      const from = before.get(claim)?.verdict
      return from === to ? [] : [{ claim, ...(from && { from }), to }]
    })
    const causes = new Set<Change>()
    for (const id of new Set([...this.#news, ...claims.keys()])) {
      const state = this.#judging.states.get(id)!
      if (claims.has(id)) for (const cause of state.causes) causes.add(cause)
      if (!state.isDirty && !state.isRunning) state.causes = new Set()
    }
    this.#news = new Set()
    if (claims.size > 0) this.#tell({ kind: 'judged', claims, flips, causes: [...causes], atMs: Date.now() })
    const { busy } = this.#judging
    const busyNow = [...busy].join(' ')
    if (busyNow !== this.#busyTold) {
      this.#busyTold = busyNow
      this.#tell({ kind: 'judging', claims: busy })
    }
    if (this.#judging.isSettled) for (const resolve of this.#whenSettled.splice(0)) resolve()
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** Says the same to a reader. */
const isSame = (one: Judgement | undefined, { durationMs: _, ...other }: Judgement): boolean => {
  if (!one) return false
  const { durationMs: __, ...before } = one
  return JSON.stringify(before) === JSON.stringify(other)
}

/** Calls `onWake` when more time has passed than between two of its calls: the computer slept, or was stopped. */
function wakeUps(onWake: () => void): () => void {
  let [clock, timer] = [Date.now(), performance.now()]
  return () => {
    const [nowClock, nowTimer] = [Date.now(), performance.now()]
    if (nowClock - clock - (nowTimer - timer) > SLEPT_MS || nowTimer - timer > SLEPT_MS) onWake()
    ;[clock, timer] = [nowClock, nowTimer]
  }
}
