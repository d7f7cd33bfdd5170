import type { LiveEvent, LiveLesson } from '../live/live.ts'
import type { FromPage, ToPage } from '../studio-page/protocol.ts'
import { follow } from './follow.ts'

type TrailSaid = Extract<ToPage, { say: 'trail' }>

/** The last packet that somebody sent, and what became of it. */
export class Probing {
  readonly #say: (message: ToPage) => void
  #trail: TrailSaid | undefined

  constructor(say: (message: ToPage) => void) {
    this.#say = say
  }

  /** What is known of it; undefined while none was sent. */
  get told(): TrailSaid | undefined {
    return this.#trail
  }

  /** Sends one. One at a time: two would be heard by each other's captures, and a second press means the first. False if it was. */
  async send(
    { from, to }: Extract<FromPage, { do: 'probe' }>,
    live: LiveLesson,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (this.#trail && !this.#trail.trail && !this.#trail.sorry) return false
    const about = { say: 'trail', from, to, atMs: Date.now() } as const
    this.#tell(about)
    this.#tell({ ...about, ...(await follow(live, { from, to }, signal)) })
    return true
  }

  /** What a packet went through before a change is no news of the network as it is now. */
  heard(event: LiveEvent): void {
    const isChange =
      (event.kind === 'changed' && event.changes.some(({ source }) => source !== 'program')) ||
      (event.kind === 'node' && !event.state.isOpen)
    if (isChange && this.#trail?.trail && !this.#trail.isOld) this.#tell({ ...this.#trail, isOld: true })
  }

  #tell(trail: TrailSaid): void {
    this.#trail = trail
    this.#say(trail)
  }
}
