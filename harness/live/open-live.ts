import type { KeptFrames } from '../capture/kept-frames.ts'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Proofs } from '../judge/proof.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { databasesOf } from '../look/central.ts'
import type { Looker } from '../look/evidence.ts'
import type { DatabaseChange } from '../nodes/databases.ts'
import { connectMachine } from '../ssh/connect.ts'
import { Judging } from './judging.ts'
import type { Change, LiveEvent, LiveLesson, NodeState } from './live.ts'
import { LiveLooker } from './live-looker.ts'
import { Programs } from './programs.ts'
import { rowWords } from './row-words.ts'
import { Telling } from './telling.ts'
import { NodeLines, type Told } from './told.ts'
import { portTables } from './touch.ts'
import { WatchedNode } from './watched-node.ts'

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
  /** Gets the frames that probes hear; without it none is kept. */
  kept?: KeptFrames
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
  readonly #telling: Telling
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #lines = new Map<string, NodeLines>()
  readonly #wasLost = new Set<string>()
  #commands = 0
  #closing: Promise<void> | undefined

  constructor({ lesson, proofs, lab, connect = connectMachine, hints = 1, kept }: LiveRequest) {
    this.lesson = lesson
    this.lab = lab.name
    this.#telling = new Telling(lesson)
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
        if (!watched) throw noSuchNode(lab.name, node)
        await watched.first
        return watched.machine()
      },
      () => [...this.#nodes.values()].flatMap(node => node.open ?? []),
      change => this.#onDatabase(change),
      kept,
    )
    this.#judging = new Judging({
      lesson,
      proofs,
      looker: this.#looker,
      hints,
      onJudged: ({ spec }) => this.#telling.judged(spec.id),
      onBusy: () => this.#telling.flushSoon(),
    })
    this.#telling.follow(this.#judging)
    void this.#begin()
  }

  get commands(): number {
    return this.#commands
  }

  get judgements(): ReadonlyMap<string, Judgement> {
    return this.#telling.judgements
  }

  get nodes(): readonly NodeState[] {
    return [...this.#nodes.values()].map(({ state }) => state)
  }

  get looker(): Looker {
    return this.#looker
  }

  on(listener: (event: LiveEvent) => void): () => void {
    return this.#telling.on(listener)
  }

  again(): void {
    this.#judging.again()
  }

  settled(): Promise<void> {
    return this.#telling.settled()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#judging.close()
    this.#telling.close()
    for (const timer of this.#timers) clearInterval(timer)
    for (const lines of this.#lines.values()) lines.close()
    await this.#looker.close()
    await Promise.all([...this.#nodes.values()].map(node => node.close()))
  }

  async #begin(): Promise<void> {
    const nodes = [...this.#nodes.values()]
    await Promise.all(nodes.map(({ first }) => first))
    if (this.#closing) return
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
    if (state.isOpen && this.#wasLost.has(node)) this.#judging.returned(node)
    else if (!state.isOpen) this.#wasLost.add(node)
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
    this.#telling.tell({ kind: 'node', state })
    if (state.isOpen) void this.#looker?.databases.reopen()
    this.#judging?.touch({ node, of: 'anything' }, [])
  }

  #onTold({ touch, change }: Told): void {
    const changes = change ? this.#withProgram([change]) : []
    this.#telling.changed(changes)
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
      return words ? [{ node, source: database, table: row.table, words, atMs }] : []
    })
    const changes = this.#withProgram(told)
    this.#telling.changed(changes)
    const tables = new Set(rows.map(({ table }) => table))
    this.#judging.touch({ node, of: database, tables, portTables: portTables(rows) }, changes)
  }

  /** The program that they seem to follow from comes first. */
  #withProgram(changes: Change[]): Change[] {
    const [first] = changes
    const program = first && first.source !== 'program' ? this.#programs.causeOf(changes) : undefined
    return program ? [program, ...changes.map(change => ({ ...change, by: program }))] : changes
  }
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

const noSuchNode = (lab: string, node: string) =>
  new CannotLook(text(`lab ${lab} has no node named ${node}`, `實驗環境 ${lab} 裡沒有名為 ${node} 的節點`), {
    where: node,
  })
