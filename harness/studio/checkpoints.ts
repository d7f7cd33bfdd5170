import type { FromPage, ToPage } from '../studio-page/protocol.ts'
import type { CheckpointDesk, Done } from './studio.ts'

type Wanted = Extract<FromPage, { do: 'save-checkpoint' | 'restore-checkpoint' | 'solve-stage' }>

/** Saves, restores and solves for pages, one at a time, and tells what came of it. */
export class Checkpoints {
  readonly #desk: CheckpointDesk
  readonly #stages: readonly string[]
  readonly #say: (message: ToPage) => void
  #isBusy = false

  /** `stages`: the ids of the lesson's. */
  constructor(desk: CheckpointDesk, stages: readonly string[], say: (message: ToPage) => void) {
    this.#desk = desk
    this.#stages = stages
    this.#say = say
  }

  told(): ToPage {
    return { say: 'checkpoints', list: this.#desk.list(), isBusy: this.#isBusy }
  }

  async do(message: Wanted): Promise<void> {
    const work = this.#isBusy ? undefined : this.#workOf(message)
    if (!work) return
    this.#isBusy = true
    this.#say(this.told())
    try {
      this.#say({ say: 'done', ...(await work()) })
    } finally {
      this.#isBusy = false
      this.#say(this.told())
    }
  }
  /** Undefined for what there is not: a name is a word of a command line, and only what is listed becomes one. */
  #workOf(message: Wanted): (() => Promise<Done>) | undefined {
    const lang = message.lang === 'zh-TW' ? 'zh-TW' : 'en'
    const desk = this.#desk
    if (message.do === 'save-checkpoint') return () => desk.save(lang)
    if (message.do === 'solve-stage')
      return this.#stages.includes(message.stage) ? () => desk.solve(message.stage, lang) : undefined
    return desk.list().some(one => one.name === message.name)
      ? () => desk.restore(message.name, lang)
      : undefined
  }
}
