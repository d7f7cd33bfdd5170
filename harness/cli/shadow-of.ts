import { type Text, text } from '../core/text.ts'
import type { Shadow } from '../hint/shadow.ts'
import type { Proofs } from '../judge/proof.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Step } from '../solve/solution.ts'
import type { CheckFlags } from './flags.ts'

/**
 * Where answers are tried before they are shown: an embedded lab of containers, where the learner's is one too and another
 * one can be started; undefined elsewhere. `onTry` is told of each that is tried: it takes seconds.
 */
async function shadowOf(
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

/** The same, made when it is asked for the first time: who sees no answer waits for nothing. */
export function lazyShadow(...about: Parameters<typeof shadowOf>): {
  get(): Promise<Shadow | undefined>
  close(): Promise<void>
} {
  let shadow: Promise<Shadow | undefined> | undefined
  return {
    get() {
      shadow ??= shadowOf(...about)
      return shadow
    },
    close: async () => (await shadow)?.close(),
  }
}

export const tryingWords = ({ on, run }: Step): Text =>
  text(
    `Trying on another lab whether this fixes it: ${on}# ${run}`,
    `正在另一個實驗環境試試看這樣能不能修好：${on}# ${run}`,
  )
