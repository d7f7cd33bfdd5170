import { joined, type Lang, text } from '../core/text.ts'
import type { LiveLesson } from '../live/live.ts'
import { Lab } from '../look/lab.ts'
import { oneView } from '../look/one-view.ts'
import { lookAtCounters } from '../map/counters.ts'
import { svgOf } from '../map/draw.ts'
import { lessonMap } from '../map/lesson-map.ts'
import { lookAtMap } from '../map/map-of.ts'
import type { Mark } from '../map/marks.ts'
import type { MapModel } from '../map/model.ts'
import type { ToPage } from '../studio-page/protocol.ts'

/** What changes together is drawn together. */
const TOGETHER_MS = 120

/** The map as it is now, with where claims fail. */
export interface Seen {
  map: MapModel
  marks: Mark[]
}

/**
 * Keeps a map of the lab while it changes: from what the judges know, so that nothing more is asked of the nodes. `onSeen` is
 * told each one that differs from the last; `onDefect`, what only a defect of ours throws.
 */
export class MapView {
  readonly #live: LiveLesson
  readonly #onSeen: (seen: Seen) => void
  readonly #onDefect: (thrown: unknown) => void
  #seen: Seen | undefined
  #told = ''
  #timer: NodeJS.Timeout | undefined
  #isLooking = false

  constructor(live: LiveLesson, onSeen: (seen: Seen) => void, onDefect: (thrown: unknown) => void) {
    this.#live = live
    this.#onSeen = onSeen
    this.#onDefect = onDefect
  }

  get seen(): Seen | undefined {
    return this.#seen
  }

  /** Something changed; the map is looked at soon. */
  changed(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(() => void this.#look(), TOGETHER_MS)
  }

  /** As a file of SVG; undefined while nothing was seen. */
  svg(lang: Lang): string | undefined {
    return this.#seen && svgOf(this.#seen.map, { lang, marks: this.#seen.marks })
  }

  /** What links and interfaces have counted by now; asked of the nodes, and told to whoever opened a thing. */
  async counters(): Promise<ToPage> {
    const { lesson, looker } = this.#live
    const { counters, blind } = await lookAtCounters(new Lab(looker, lesson.topology))
    const [first] = blind
    return {
      ...{ say: 'counters', counters },
      ...(first && { sorry: joined([first.where, first.reason], text(': ', '：')) }),
    }
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    if (this.#isLooking) {
      this.changed()
      return
    }
    this.#isLooking = true
    try {
      const { lesson, lab, looker, judgements } = this.#live
      const view = new Lab(oneView(looker), lesson.topology)
      const seen = await lookAtMap(view, lab, lesson.topology)
      const drawn = await lessonMap(lesson, seen, new Map(judgements))
      const said = JSON.stringify(drawn)
      if (said === this.#told) return
      this.#told = said
      this.#seen = drawn
      this.#onSeen(drawn)
    } catch (thrown) {
      this.#onDefect(thrown)
    } finally {
      this.#isLooking = false
    }
  }
}
