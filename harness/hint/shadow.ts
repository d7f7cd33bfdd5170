import pLimit from 'p-limit'
import { restoreStates } from '../checkpoint/restore.ts'
import { takeStates } from '../checkpoint/take.ts'
import { CannotLook } from '../core/errors.ts'
import { type Lang, type Text, text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import { embeddedInventory } from '../embedded/embedded-inventory.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { hintsFor } from '../judge/judge-lesson.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import { type HeldName, holdLabNames } from '../prove/lab-name.ts'
import { labSources } from '../prove/lab-source.ts'
import { ProveLab, type Taught } from '../prove/prove-lab.ts'
import { StepFailed } from '../solve/run-steps.ts'
import type { Step } from '../solve/solution.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { answerIn, shownAfter, type Tried } from './answer.ts'

/** A lab in the state of the learner's, in which answers are tried before they are shown. */
export class Shadow {
  readonly #taught: Taught
  readonly #learners: Inventory
  readonly #onTry: (answer: Step) => void
  /** One lab, and so one answer after the other. */
  readonly #inTurn = pLimit(1)
  readonly #closing = new AbortController()
  #held: HeldName | undefined
  #lab: ProveLab | undefined

  /** Nothing is started before the first answer. `onTry` is told of each that is tried: it takes seconds. */
  constructor(taught: Taught, learners: Inventory, onTry: (answer: Step) => void) {
    this.#taught = taught
    this.#learners = learners
    this.#onTry = onTry
  }

  /** The same judgement, with the last step of its hint as it may be shown. */
  async withAnswer(claim: ClaimSpec, judgement: Judgement): Promise<Judgement> {
    const steps = hintsFor(claim, this.#taught.lesson.causes, judgement)
    const last = steps.at(-1)
    if (!last || !judgement.hint) return judgement
    const shown = await this.answer(claim, last)
    const join = (lang: Lang) => [...steps.slice(0, -1), shown].map(step => step[lang]).join('\n')
    return { ...judgement, hint: text(join('en'), join('zh-TW')) }
  }

  /** The last step of a hint as it may be shown in the state the learner's lab is in now. What cannot be tried is shown as it stands. */
  async answer(claim: ClaimSpec, last: Text): Promise<Text> {
    const answer = answerIn(last, Object.keys(this.#learners.nodes))
    return answer ? shownAfter(last, answer, await this.#try(claim, answer)) : last
  }

  /** Takes the lab away at once, whatever is being tried on it: that comes to nothing. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#lab?.remove()
    await this.#inTurn(async () => {
      // What was under way may have made some of it after that.
      await this.#lab?.remove()
      this.#held?.release()
    })
  }

  #try(claim: ClaimSpec, answer: Step): Promise<Tried> {
    return this.#inTurn(() => this.#run(claim, answer)).catch(thrown => {
      if (thrown instanceof CannotLook || this.#closing.signal.aborted) return 'unknown' as const
      throw thrown
    })
  }

  async #run(claim: ClaimSpec, answer: Step): Promise<Tried> {
    this.#closing.signal.throwIfAborted()
    this.#onTry(answer)
    const lab = await this.#opened()
    await this.#makeAlike(lab)
    const verdict = async () => (await lab.check(this.#taught)).get(claim.id)?.verdict
    // What a checkpoint does not keep, such as a program that was stopped, may be what is wrong.
    if ((await verdict()) !== 'fails') return 'unknown'
    try {
      await lab.run([answer], this.#taught.helper)
    } catch (thrown) {
      if (thrown instanceof StepFailed) return 'does not fix'
      throw thrown
    }
    await lab.settle()
    const after = await verdict()
    return after === 'holds' ? 'fixes' : after === 'unknown' ? 'unknown' : 'does not fix'
  }

  async #opened(): Promise<ProveLab> {
    if (this.#lab) return this.#lab
    ;[this.#held] = (await holdLabNames('hint', 1)) as [HeldName]
    this.#lab = new ProveLab(this.#held.name, labSources('embedded')[0]!, this.#closing.signal)
    await this.#lab.beFor(this.#taught.lesson)
    return this.#lab
  }

  /** Gives it the state that the learner's lab is in now. */
  async #makeAlike(lab: ProveLab): Promise<void> {
    await lab.makeUntouched()
    const own = await embeddedInventory(lab.name)
    if (!own)
      throw new CannotLook(text(`lab ${lab.name} is not up`, `實驗環境 ${lab.name} 沒有啟動`), {
        where: lab.name,
      })
    // As the watch itself, which then is not told of what we read there.
    const learners = connectAll(this.#learners, (node, address) =>
      connectMachine(node, address, { role: 'watches' }),
    )
    const shadows = connectAll(own, connectMachine)
    const open = [learners, shadows]
    const close = () =>
      Promise.allSettled(open.flatMap(all => [...all.values()]).map(async one => (await one).close()))
    const { signal } = this.#closing
    signal.addEventListener('abort', close)
    try {
      signal.throwIfAborted()
      const states = await takeStates(learners, this.#learners)
      lab.state = 'used'
      await restoreStates(states, shadows, own, this.#taught.lesson.topology.central, () => undefined)
    } finally {
      signal.removeEventListener('abort', close)
      await close()
    }
  }
}
