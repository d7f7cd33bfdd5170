import { openCheck } from '../check/open-check.ts'
import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { changesTeller } from '../tell/changes.ts'
import { type Screen, standardOutput } from '../tell/screen.ts'
import type { Teller } from '../tell/teller.ts'
import { terminalTeller } from '../tell/terminal.ts'
import type { DemoFlags } from './flags.ts'

/** What a demo shows, whatever lab it is made on: whole checks, and what has changed since the last one. */
export class DemoScreen {
  readonly lesson: Lesson
  readonly #screen: Screen
  readonly #verdicts = new Map<string, Verdict>()

  constructor(lesson: Lesson, flags: DemoFlags) {
    this.lesson = lesson
    this.#screen = standardOutput(flags)
  }

  say(words: Text): void {
    this.#screen.write(`\n${words[this.#screen.lang]}\n`)
  }

  /** Tells a whole check; `more` are told as well. */
  whole(looker: Looker, more: Teller[] = []): Promise<Verdict> {
    const { id } = this.lesson
    const again =
      looker.lab === 'embedded' ? `npm run check ${id}` : `npm run check -- ${id} --lab ${looker.lab}`
    return this.#check(looker, [terminalTeller({ ...this.#screen, again }), this.#changes(() => {}), ...more])
  }

  /** Tells only what has another verdict than the last time. */
  changes(looker: Looker): Promise<Verdict> {
    return this.#check(looker, [this.#changes(this.#screen.write)])
  }

  #changes(write: Screen['write']): Teller {
    return changesTeller({ ...this.#screen, write }, this.#verdicts)
  }

  async #check(looker: Looker, tellers: Teller[]): Promise<Verdict> {
    const { lesson } = this
    const { lang } = this.#screen
    const check = openCheck({
      lesson,
      lab: looker.lab,
      lang,
      ...(looker.takenAt !== undefined && { recorded: { takenAt: looker.takenAt } }),
      tellers,
    })
    const { signal } = new AbortController()
    return (await check.judge(await loadProofs(lesson), looker, signal)).verdict
  }
}
