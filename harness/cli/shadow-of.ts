import { type Text, text } from '../core/text.ts'
import type { Shadow } from '../hint/shadow.ts'
import { TriedAnswers } from '../hint/tried-answers.ts'
import type { Answers } from '../judge/answers.ts'
import type { Proofs } from '../judge/proof.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Step } from '../solve/solution.ts'
import type { CheckFlags } from './flags.ts'

/**
 * Where answers are tried before they are shown: an embedded lab of containers, where the learner's is one too and another
 * one can be started; undefined elsewhere. `onTry` is told of each that is tried: it takes seconds.
 */
export async function shadowOf(
  lesson: Lesson,
  proofs: Promise<Proofs>,
  lab: string,
  { inventory }: Pick<CheckFlags, 'inventory'>,
  onTry: (answer: Step) => void = () => undefined,
): Promise<Shadow | undefined> {
  if (inventory !== undefined || process.getuid?.() !== 0) return undefined
  const { embeddedInventory } = await import('../embedded/embedded-inventory.ts')
  const learners = await embeddedInventory(lab)
  const { stateOf } = await import('../embedded/state.ts')
  if (!learners || (stateOf(lab).provider ?? 'embedded') !== 'embedded') return undefined
  const [{ Shadow }, helper] = await Promise.all([import('../hint/shadow.ts'), helperOf(lesson)])
  return new Shadow({ lesson, proofs: await proofs, helper }, learners, onTry)
}

/** The same for a lesson that is looked at for long: nothing is started before the first answer is asked for. */
export function answersOf(
  lesson: Lesson,
  proofs: Promise<Proofs>,
  lab: string,
  flags: Pick<CheckFlags, 'inventory'>,
): { answers: Answers; close(): Promise<void> } {
  let shadow: Promise<Shadow | undefined> | undefined
  const once = () => {
    shadow ??= shadowOf(lesson, proofs, lab, flags)
    return shadow
  }
  return {
    answers: new TriedAnswers(lesson, once),
    close: async () => (await shadow)?.close(),
  }
}

export const tryingWords = ({ on, run }: Step): Text =>
  text(
    `Trying on another lab whether this fixes it: ${on}# ${run}`,
    `正在另一個實驗環境試試看這樣能不能修好：${on}# ${run}`,
  )
