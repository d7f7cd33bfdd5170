import { type Text, text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Answers } from '../judge/answers.ts'
import { hintsFor } from '../judge/judge-lesson.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { nodeNames } from '../topology/topology.ts'
import { answerIn } from './answer.ts'
import type { Shadow } from './shadow.ts'

const TRYING = text(
  'One moment: the answer is tried on another lab in the same state …',
  '請稍候：正在狀態相同的另一個實驗環境試試看這樣能不能修好…',
)

/** Answers for a lesson that is looked at for long: each is tried once for each thing that was seen. */
export class TriedAnswers implements Answers {
  readonly #lesson: Lesson
  readonly #shadow: () => Promise<Shadow | undefined>
  readonly #known = new Map<string, Text | undefined>()
  readonly #listeners: ((claim: string) => void)[] = []

  /** `shadow`: where they are tried; undefined where they cannot be, and are shown as they stand. */
  constructor(lesson: Lesson, shadow: () => Promise<Shadow | undefined>) {
    this.#lesson = lesson
    this.#shadow = shadow
  }

  of(id: string, judgement: Judgement): Text | undefined {
    // What holds, or could not be inspected, needs no answer.
    if (judgement.verdict !== 'fails') return undefined
    const { claim, last, key } = this.#asked(id, judgement)
    if (!claim || !last) return undefined
    if (this.#known.has(key)) return this.#known.get(key)
    this.#known.set(key, TRYING)
    const trying = this.#shadow().then(shadow => shadow?.answer(claim, last))
    void trying
      .catch(() => undefined)
      .then(shown => {
        this.#known.set(key, shown)
        for (const listener of this.#listeners) listener(id)
      })
    return TRYING
  }

  tried(id: string, judgement: Judgement): { shown?: Text } | undefined {
    const { last, key } = this.#asked(id, judgement)
    if (!last || !answerIn(last, nodeNames(this.#lesson.topology))) return {}
    const shown = this.#known.get(key)
    if (shown === TRYING || !this.#known.has(key)) return undefined
    return shown ? { shown } : {}
  }

  onTried(listener: (claim: string) => void): void {
    this.#listeners.push(listener)
  }

  /** The claim, the last step of its hint for what was seen, and under what that is remembered. */
  #asked(id: string, judgement: Judgement) {
    const claim = this.#lesson.stages.flatMap(({ claims }) => claims).find(one => one.id === id)
    const last = claim && hintsFor(claim, this.#lesson.causes, judgement).at(-1)
    return { claim, last, key: JSON.stringify([id, last?.en, judgement.saw?.en, judgement.where]) }
  }
}
