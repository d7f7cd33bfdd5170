import { setTimeout as pause } from 'node:timers/promises'
import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { Terminal, Terminals } from '../ssh/terminals.ts'
import { Outlet, type Viewer } from './outlet.ts'
import { type Screen, screenOf } from './screen.ts'

/** How often a node that was lost is tried again while somebody looks on. */
const RETRY_MS = 2_000
/** How long a shell may take from its first words to its prompt. */
const PROMPT_MS = 400
/** How long a program that was told another size may take until it begins to draw itself anew, and until that is done. */
const ANSWER_MS = 1_000
const REDRAW_MS = 150
/** A window of a browser has no more than that. */
const COLS_MAX = 500
const ROWS_MAX = 300

export interface ShellPlace {
  node: string
  netns?: string
}

/** One shell of a node, its screen, and who sees it. It outlives its connection: the screen stays, the shell is opened again. */
export class Shell {
  readonly id: number
  readonly place: ShellPlace
  state: 'opening' | 'open' | 'ended' = 'opening'
  reason: Text | undefined
  /** An earlier shell was here, and nothing was typed into this one yet: it knows nothing of what was loaded there. */
  isAnew = false
  cols = 80
  rows = 24
  readonly #terminals: Terminals
  readonly #onState: () => void
  readonly #screen: Promise<Screen>
  readonly #outlet: Promise<Outlet>
  #terminal: Terminal | undefined
  #retry: NodeJS.Timeout | undefined
  #onPrompt: (() => void) | undefined
  #hadEnded = false
  #isClosed = false
  #wanted: { cols: number; rows: number } | undefined
  #isResizing = false

  constructor(id: number, place: ShellPlace, terminals: Terminals, onState: () => void) {
    this.id = id
    this.place = place
    this.#terminals = terminals
    this.#onState = onState
    this.#screen = screenOf(this.cols, this.rows, answer => this.#terminal?.stream.write(answer))
    this.#outlet = this.#screen.then(screen => new Outlet(id, screen, isFull => this.#hold(isFull)))
    void this.open()
  }

  /** Opens the shell, or opens it again under what is on its screen. */
  async open(): Promise<void> {
    clearTimeout(this.#retry)
    if (this.#isClosed || this.#terminal) return
    this.#tell('opening', undefined)
    try {
      const { cols, rows } = this
      const [terminal, outlet] = await Promise.all([
        this.#terminals.open({ cols, rows, ...(this.place.netns && { netns: this.place.netns }) }),
        this.#outlet,
      ])
      if (this.#isClosed) return terminal.close()
      this.#terminal = terminal
      this.isAnew = this.#hadEnded
      if (cols !== this.cols || rows !== this.rows) terminal.resize(this.cols, this.rows)
      terminal.stream.on('data', (chunk: Buffer) => outlet.write(chunk))
      void terminal.ended.then(end => this.#ended(end))
      this.#tell('open', undefined)
      if (this.#onPrompt) terminal.stream.on('data', this.#prompted)
    } catch (thrown) {
      if (!(thrown instanceof CannotLook)) throw thrown
      this.#lost(thrown.reason)
    }
  }

  type(data: string): void {
    this.#terminal?.stream.write(data)
    if (!this.isAnew || !this.#terminal) return
    this.isAnew = false
    this.#onState()
  }

  /**
   * Puts commands behind the prompt, as a paste: nothing of them runs until Enter, which is pressed if `runs`. False where the
   * program that reads would take every line at once, and there are several.
   */
  async typeCommand(command: string, runs: boolean): Promise<boolean> {
    const { takesPastes } = await this.#screen
    const lines = typeable(command)
    if (lines.includes('\n') && !takesPastes()) return false
    this.type((takesPastes() ? `\x1b[200~${lines}\x1b[201~` : lines) + (runs ? '\r' : ''))
    return true
  }

  /** The same as soon as the shell is there and has a prompt; then tells what it came to. */
  typeWhenOpen(command: string, runs: boolean, onTyped: (isTyped: boolean) => void): void {
    this.#onPrompt = () => void this.typeCommand(command, runs).then(onTyped)
  }

  /**
   * One size after the other. A program draws itself anew for each, and by where it stood at the size before: were the screen another
   * size by then, it would draw over rows that are not its own, and they would be lost.
   */
  resize(cols: number, rows: number): void {
    const within = (n: number, max: number) => Math.min(max, Math.max(2, Math.floor(n) || 2))
    this.#wanted = { cols: within(cols, COLS_MAX), rows: within(rows, ROWS_MAX) }
    if (!this.#isResizing) void this.#resize()
  }

  async #resize(): Promise<void> {
    this.#isResizing = true
    while (this.#wanted && !this.#isClosed) {
      const { cols, rows } = this.#wanted
      this.#wanted = undefined
      if (cols === this.cols && rows === this.rows) continue
      this.cols = cols
      this.rows = rows
      this.#terminal?.resize(cols, rows)
      void Promise.all([this.#screen, this.#outlet]).then(([screen, outlet]) => {
        screen.resize(cols, rows)
        outlet.showAnew()
      })
      this.#onState()
      if (this.#terminal) await this.#redrawn(this.#terminal)
    }
    this.#isResizing = false
  }

  async #redrawn({ stream, ended }: Terminal): Promise<void> {
    const answered = new Promise(resolve => stream.once('data', resolve))
    await Promise.race([answered, ended, pause(ANSWER_MS, undefined, { ref: false })])
    await pause(REDRAW_MS, undefined, { ref: false })
  }

  async show(viewer: Viewer): Promise<void> {
    ;(await this.#outlet).show(viewer)
  }

  async hide(viewer: Viewer): Promise<void> {
    ;(await this.#outlet).hide(viewer)
  }

  async drawn(viewer: Viewer, generation: number, bytes: number): Promise<void> {
    ;(await this.#outlet).drawn(viewer, generation, bytes)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
    this.#terminal?.close()
    void this.#outlet.then(outlet => outlet.close())
    void this.#screen.then(screen => screen.close())
  }

  /** A shell that edits lines says so when it shows its prompt; one that does not is given a moment. */
  readonly #prompted = async () => {
    const { takesPastes } = await this.#screen
    if (!takesPastes()) await pause(PROMPT_MS)
    const typed = this.#onPrompt
    this.#onPrompt = undefined
    this.#terminal?.stream.off('data', this.#prompted)
    typed?.()
  }

  #hold(isFull: boolean): void {
    const stream = this.#terminal?.stream
    if (isFull) stream?.pause()
    else stream?.resume()
  }

  #ended(end: Awaited<Terminal['ended']>): void {
    this.#terminal = undefined
    this.#hadEnded = true
    // What ran there may have left modes behind (a full-screen program, a hidden cursor): the next shell begins without.
    void Promise.all([this.#screen, this.#outlet]).then(([screen, outlet]) =>
      screen.isCovered(isCovered => outlet.write(Buffer.from(`${isCovered ? UNCOVER : ''}${AFRESH}`))),
    )
    if (end instanceof CannotLook) {
      this.#lost(end.reason)
      return
    }
    const how = end.code === null ? (end.signal ?? '') : String(end.code)
    this.#tell('ended', text(`The shell ended (${how}).`, `這個 shell 已結束（${how}）。`))
  }

  /** The node does not answer now; it is tried again as long as the shell is wanted. */
  #lost(reason: Text): void {
    if (this.#isClosed) return
    this.#tell('ended', reason)
    this.#retry = setTimeout(() => void this.open(), RETRY_MS)
    this.#retry.unref()
  }

  #tell(state: Shell['state'], reason: Text | undefined): void {
    const isNew = state !== this.state || reason?.en !== this.reason?.en
    this.state = state
    // While it is tried again, the reason stays to be read.
    if (state !== 'opening') this.reason = reason
    if (isNew) this.#onState()
  }
}

/** Back from the screen of a full-screen program. It puts the cursor where it was then: without one, at the top. */
const UNCOVER = '\x1b[?1049l'
/** No mouse or paste reports, the whole screen scrolls, cursor shown, no attributes, on a line of its own. */
const AFRESH = '\x1b7\x1b[r\x1b8\x1b[?1l\x1b[?1000;1002;1003;1006;2004l\x1b[?25h\x1b[0m\r\n'

/** What would end the paste, or be a key, is no part of a command. */
const typeable = (command: string) => command.trimEnd().replace(/[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]/g, '')
