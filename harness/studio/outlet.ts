import { OUTPUT_HEAD_BYTES } from '../studio-page/protocol.ts'
import type { Screen } from './screen.ts'

/** So much may be on its way to a page that has not said that it was drawn. */
const UNDRAWN_MAX = 512 * 1024
/** So much may wait to be drawn on our own screen. */
const PENDING_MAX = 256 * 1024
/** A page that draws nothing for so long sleeps, and nobody waits for it: it gets the whole screen when it wakes. */
const ASLEEP_MS = 3_000

/** A page that shows a shell. */
export interface Viewer {
  /** Programs wait for a student's page, not for a guest's. */
  readonly isWaitedFor: boolean
  output(data: Buffer): void
  screen(shell: number, generation: number, data: string): void
}

interface Showing {
  generation: number
  /** `coming`: its screen is being written down; what is printed meanwhile follows it. */
  state: 'coming' | 'live' | 'behind'
  waiting: Buffer[]
  undrawn: number
  drawnAtMs: number
}

let lastGeneration = 0

/**
 * What a shell prints on its way to the pages that show it. No faster than they draw: `hold(true)` says that the shell is to
 * wait, so that a program that prints 100 MB fills neither our memory nor a page. A page that is too late loses nothing that
 * could still be seen: it is given the screen as it is then.
 */
export class Outlet {
  readonly #id: number
  readonly #screen: Screen
  readonly #hold: (isFull: boolean) => void
  readonly #showings = new Map<Viewer, Showing>()
  #pending = 0
  #isHeld = false
  #wake: NodeJS.Timeout | undefined

  constructor(id: number, screen: Screen, hold: (isFull: boolean) => void) {
    this.#id = id
    this.#screen = screen
    this.#hold = hold
  }

  write(chunk: Buffer): void {
    this.#pending += chunk.length
    this.#screen.write(chunk, () => {
      this.#pending -= chunk.length
      this.#weigh()
    })
    for (const [viewer, showing] of this.#showings) this.#send(viewer, showing, chunk)
    this.#weigh()
  }

  /** Shows the shell to a viewer from its present screen on; anew if it was shown already. */
  show(viewer: Viewer): void {
    const showing: Showing = {
      generation: ++lastGeneration,
      state: 'coming',
      waiting: [],
      undrawn: 0,
      drawnAtMs: Date.now(),
    }
    this.#showings.set(viewer, showing)
    this.#screen.whole(data => {
      if (this.#showings.get(viewer) !== showing) return
      viewer.screen(this.#id, showing.generation, data)
      showing.state = 'live'
      for (const chunk of showing.waiting.splice(0)) this.#send(viewer, showing, chunk)
      this.#weigh()
    })
  }

  /** The screen is another size now: whoever shows it is given it whole, and what is printed from now on behind it. */
  showAnew(): void {
    for (const viewer of [...this.#showings.keys()]) this.show(viewer)
  }

  hide(viewer: Viewer): void {
    this.#showings.delete(viewer)
    this.#weigh()
  }

  /** A viewer has drawn so many bytes. */
  drawn(viewer: Viewer, generation: number, bytes: number): void {
    const showing = this.#showings.get(viewer)
    if (showing?.generation !== generation) return
    showing.undrawn = Math.max(0, showing.undrawn - bytes)
    showing.drawnAtMs = Date.now()
    if (showing.state === 'behind') this.show(viewer)
    this.#weigh()
  }

  close(): void {
    clearTimeout(this.#wake)
    this.#showings.clear()
  }

  #send(viewer: Viewer, showing: Showing, chunk: Buffer): void {
    if (showing.state === 'behind') return
    if (showing.state === 'coming') return void showing.waiting.push(chunk)
    if (showing.undrawn === 0) showing.drawnAtMs = Date.now()
    showing.undrawn += chunk.length
    const head = Buffer.alloc(OUTPUT_HEAD_BYTES)
    head.writeUInt32BE(this.#id, 0)
    head.writeUInt32BE(showing.generation, 4)
    viewer.output(Buffer.concat([head, chunk]))
    if (!viewer.isWaitedFor && showing.undrawn > UNDRAWN_MAX) showing.state = 'behind'
  }

  /** Decides whether the shell has to wait. */
  #weigh(): void {
    const now = Date.now()
    let isFull = this.#pending > PENDING_MAX
    let isWaiting = false
    for (const showing of this.#showings.values()) {
      if (showing.state === 'coming') isFull ||= showing.waiting.length > 64
      if (showing.state !== 'live' || showing.undrawn <= UNDRAWN_MAX) continue
      if (now - showing.drawnAtMs > ASLEEP_MS) showing.state = 'behind'
      else isWaiting = true
    }
    isFull ||= isWaiting
    if (isWaiting && this.#wake === undefined) {
      this.#wake = setTimeout(() => {
        this.#wake = undefined
        this.#weigh()
      }, ASLEEP_MS / 4)
      this.#wake.unref()
    }
    if (isFull === this.#isHeld) return
    this.#isHeld = isFull
    this.#hold(isFull)
  }
}
