import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { type Text, text } from '../core/text.ts'
import type { Machine, RemoteProcess } from '../ssh/machine.ts'
import type { NodeState } from './live.ts'
import { notReached } from './not-reached.ts'
import { WATCH_PROGRAM } from './watch-program.ts'

/** A node that says nothing for so long is lost: the program on it says something once a second. */
const SILENT_MS = 8_000
/** How long it may take to begin. */
const READY_MS = 6_000
/** A lost node is tried again after this time, then after twice as long, and so on up to the last. */
const RETRY_MS = 250
const RETRY_MAX_MS = 4_000
/** How long a program that nobody saw may have been one of ours after the last of those. */
const BUSY_MS = 250

export interface WatchedNodeOptions {
  connect: () => Promise<Machine>
  /** A line of the program on the node. */
  onLine(line: string): void
  /** It is open, or was lost, or cannot be reached for another reason than before. */
  onState(state: NodeState): void
  /** A command was run. */
  onCommand(): void
}

/** One node of a lab, connected to for as long as it is watched, and again whenever it was lost. */
export class WatchedNode {
  readonly node: string
  readonly #options: WatchedNodeOptions
  #state: NodeState
  #machine: Machine | undefined
  #heardAtMs = 0
  #running = 0
  #ranAtMs = Number.NEGATIVE_INFINITY
  #isClosed = false
  #wake: () => void = () => {}
  /** Resolves when it was first reached, or could not be. */
  readonly first: Promise<void>
  readonly #whole: Promise<void>

  constructor(node: string, options: WatchedNodeOptions) {
    this.node = node
    this.#options = options
    this.#state = { node, isOpen: false }
    let announce = () => {}
    this.first = new Promise(resolve => {
      announce = resolve
    })
    this.#whole = this.#keepOpen(announce)
  }

  get state(): NodeState {
    return this.#state
  }

  /** Whether a command of ours runs there, or did a moment ago. */
  get isBusy(): boolean {
    return this.#running > 0 || performance.now() - this.#ranAtMs < BUSY_MS
  }

  /** The machine, while it is connected to. */
  get open(): Machine | undefined {
    return this.#state.isOpen ? this.#machine : undefined
  }

  /** The machine as it is connected to now; throws CannotLook, with the reason, while it is not. */
  machine(): Machine {
    if (this.open) return this.open
    throw new CannotLook(this.#state.reason ?? notReached(this.node), { where: this.node })
  }

  /** The computer slept: a node that does not say something soon is lost. */
  doubt(): void {
    this.#heardAtMs = Math.min(this.#heardAtMs, performance.now() - SILENT_MS + 2_500)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake()
    await this.#machine?.close()
    await this.#whole
  }

  async #keepOpen(announce: () => void): Promise<void> {
    let retryMs = RETRY_MS
    while (!this.#isClosed) {
      const reason = await this.#once(() => {
        retryMs = RETRY_MS
        announce()
      })
      await this.#machine?.close().catch(() => undefined)
      this.#machine = undefined
      if (this.#isClosed) break
      this.#become({ node: this.node, isOpen: false, reason })
      announce()
      await this.#pause(retryMs)
      retryMs = Math.min(RETRY_MAX_MS, 2 * retryMs)
    }
    announce()
  }

  /** Connects, and stays until the node is lost; resolves with the reason. */
  async #once(onOpen: () => void): Promise<Text> {
    try {
      const machine = await this.#options.connect()
      this.#machine = this.#counted(machine)
      if (this.#isClosed) return LOST
      const watching = await machine.start(WATCH_PROGRAM, { isPerl: true })
      return await this.#listen(machine, watching, onOpen)
    } catch (thrown) {
      if (thrown instanceof CannotLook) return thrown.reason
      throw thrown
    }
  }

  async #listen(machine: Machine, watching: RemoteProcess, onOpen: () => void): Promise<Text> {
    let isReady = false
    let rest = ''
    this.#heardAtMs = performance.now() + patient(READY_MS, machine) - SILENT_MS
    watching.stderr.resume()
    watching.stdio.on('error', () => {})
    watching.stdio.on('data', (chunk: Buffer) => {
      this.#heardAtMs = performance.now()
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (!isReady && line.startsWith('ready')) {
          isReady = true
          this.#become({ node: this.node, isOpen: true, ...limitsOf(line) })
          onOpen()
        } else if (line !== '.') this.#options.onLine(line)
      }
    })
    let timer: NodeJS.Timeout | undefined
    const silent = new Promise<'silent'>(resolve => {
      timer = setInterval(() => {
        if (performance.now() - this.#heardAtMs > patient(SILENT_MS, machine)) resolve('silent')
      }, 500)
    })
    const how = await Promise.race([watching.exited, silent])
    clearInterval(timer)
    if (how === 'silent') return text(`${this.node} no longer answers`, `${this.node} 不再回應`)
    // Whatever is asked of a connection that ended is refused with its reason.
    return machine.connect([]).then(
      () => text(`${this.node}: the program that watches it has ended`, `${this.node}：監看的程式已結束`),
      thrown => (thrown instanceof CannotLook ? thrown.reason : LOST),
    )
  }

  #become(state: NodeState): void {
    const was = this.#state
    this.#state = state
    if (was.isOpen !== state.isOpen || was.reason?.en !== state.reason?.en) this.#options.onState(state)
  }

  #counted(machine: Machine): Machine {
    const during = async <T>(ended: Promise<T>): Promise<T> => {
      this.#running++
      try {
        return await ended
      } finally {
        this.#running--
        this.#ranAtMs = performance.now()
      }
    }
    const { onCommand } = this.#options
    return {
      node: machine.node,
      get patienceFactor() {
        return machine.patienceFactor ?? 1
      },
      run(script, options) {
        onCommand()
        return during(machine.run(script, options))
      },
      async start(script, options) {
        onCommand()
        const started = await machine.start(script, options)
        void during(started.exited)
        return started
      },
      connect: sockets => machine.connect(sockets),
      close: () => machine.close(),
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const LOST = text('the connection was lost', '連線已中斷')

/** What a node does not let us be told of: changes of it are seen only when something else is. */
function limitsOf(line: string): Pick<NodeState, 'limit'> {
  const [, programs, , parameters, namespaces] = line.split('\t')
  if (programs && parameters && namespaces) return {}
  return {
    limit: text(
      'this node cannot report which programs run: a change that neither a database nor an interface reports is seen late',
      '這個節點無法回報執行了哪些程式：資料庫和介面都沒有回報的變更，會比較晚看到',
    ),
  }
}
