import type { FromPage, ToPage } from '../studio-page/protocol.ts'
import type { CheckpointDesk } from './studio.ts'

/** Saves and restores for pages, one at a time, and tells what came of it. */
export class Checkpoints {
  readonly #desk: CheckpointDesk
  readonly #say: (message: ToPage) => void
  #isBusy = false

  constructor(desk: CheckpointDesk, say: (message: ToPage) => void) {
    this.#desk = desk
    this.#say = say
  }

  told(): ToPage {
    return { say: 'checkpoints', list: this.#desk.list(), isBusy: this.#isBusy }
  }

  async do(message: Extract<FromPage, { do: 'save-checkpoint' | 'restore-checkpoint' }>): Promise<void> {
    if (this.#isBusy) return
    const lang = message.lang === 'zh-TW' ? 'zh-TW' : 'en'
    // Only what is in the list: a name is a word of a command line.
    const name = message.do === 'restore-checkpoint' ? message.name : undefined
    if (name !== undefined && !this.#desk.list().some(one => one.name === name)) return
    this.#isBusy = true
    this.#say(this.told())
    try {
      const words = await (name === undefined ? this.#desk.save(lang) : this.#desk.restore(name, lang))
      this.#say({ say: 'done', words })
    } finally {
      this.#isBusy = false
      this.#say(this.told())
    }
  }
}
