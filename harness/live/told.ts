import { type Text, text } from '../core/text.ts'
import type { Change } from './live.ts'
import { NetChanges } from './net-changes.ts'
import type { Ended, Programs } from './programs.ts'
import type { Touch } from './touch.ts'

/** What came of a line: what may be another one now, and what is told of it. */
export interface Told {
  touch: Touch
  change?: Change
}

/** What else is known of a node by its lines. */
export interface TellingNode {
  onTold(told: Told): void
  /** A file of a daemon came: a database that was lost may be there again. */
  onDaemonFile(): void
  /** A daemon ended, or runs. */
  onDaemon(name: string, state: string): void
  /** Whether a command of ours runs, or did a moment ago: a program that nobody saw may have been its. */
  isBusy(): boolean
}

/** How long a program runs until what it did by then is looked at. */
const GOES_ON_MS = 300

/** Understands what the program on one node prints (watch-program.ts), for as long as one connection lasts. */
export class NodeLines {
  readonly #node: string
  readonly #programs: Programs
  readonly #to: TellingNode
  readonly #net = new NetChanges()
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(node: string, programs: Programs, to: TellingNode) {
    this.#node = node
    this.#programs = programs
    this.#to = to
  }

  /** One line, without its end; what is not understood is left alone. */
  take(line: string, atMs: number): void {
    const [kind, ...rest] = line.split('\t').map(unquoted)
    const [first = '', second = '', third = ''] = rest
    if (kind === 'net') {
      const change = this.#net.take(first, second)
      if (change) {
        const { words, isByTheWay, ...touch } = change
        this.#tell(touch, words, atMs, isByTheWay)
      }
    } else if (kind === 'filters') this.#tell({ of: 'packets' }, filterWords(first), atMs)
    else if (kind === 'parameter') {
      const name = first.replaceAll('/', '.')
      this.#tell({ of: 'packets' }, text(`sysctl ${name} set`, `sysctl ${name} 已設定`), atMs)
    } else if (kind === 'netns') {
      if (second === 'gone') this.#net.forget(first)
      this.#tell({ of: 'links' }, namespaceWords(first, second), atMs)
    } else if (kind === 'daemon') {
      this.#to.onDaemon(first, second)
      this.#tell({ of: 'links' }, daemonWords(first, second), atMs)
      this.#to.onTold({ touch: { node: this.#node, of: 'anything' } })
    } else if (kind === 'run') this.#to.onDaemonFile()
    else if (kind === 'lost') this.#to.onTold({ touch: { node: this.#node, of: 'anything' } })
    else if (kind === 'program') this.#program(first, second, third, atMs)
  }

  /** Nothing more comes. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#programs.forget(this.#node)
  }

  #program(pid: string, state: string, words: string, atMs: number): void {
    if (state === 'runs') {
      this.#programs.runs(this.#node, pid, words, atMs)
      this.#in(GOES_ON_MS, () => this.#mayHaveChanged(this.#programs.goesOn(this.#node, pid)))
    } else if (state === 'ended') this.#ended(this.#programs.ended(this.#node, pid, atMs))
    else if (state === 'ran' || !this.#to.isBusy()) this.#ended(this.#programs.ran(this.#node, words, atMs))
  }

  #ended(program: Ended | undefined): void {
    if (!program) return
    const { change, inMs } = program
    if (inMs === 0) this.#mayHaveChanged(change)
    else this.#in(inMs, () => this.#mayHaveChanged(this.#programs.explains(change) ? undefined : change))
  }

  #in(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    this.#timers.add(timer)
  }

  #mayHaveChanged(change: Change | undefined): void {
    if (change) this.#to.onTold({ touch: { node: this.#node, of: 'anything' }, change })
  }

  #tell(what: Omit<Touch, 'node'>, words: Text | undefined, atMs: number, isByTheWay?: true): void {
    const node = this.#node
    const touch = { node, ...what }
    const about = { node, source: 'kernel' as const, atMs, ...(isByTheWay && { isByTheWay }) }
    this.#to.onTold(words ? { touch, change: { ...about, words } } : { touch })
  }
}

const unquoted = (word: string): string =>
  Buffer.from(
    word.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

const filterWords = (ns: string): Text =>
  ns === ''
    ? text('nftables rules changed', 'nftables 規則已變更')
    : text(`nftables rules in ${ns} changed`, `${ns} 裡的 nftables 規則已變更`)

const namespaceWords = (ns: string, state: string): Text =>
  state === 'gone'
    ? text(`namespace ${ns} removed`, `namespace ${ns} 已移除`)
    : text(`namespace ${ns} added`, `新增 namespace ${ns}`)

function daemonWords(name: string, state: string): Text {
  if (state === 'runs') return text(`${name} runs`, `${name} 已執行`)
  if (state === 'ended') return text(`${name} ended`, `${name} 已結束`)
  return state === 'stopped'
    ? text(`${name} is paused`, `${name} 已被暫停`)
    : text(`${name} runs again`, `${name} 繼續執行`)
}
