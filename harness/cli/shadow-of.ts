import { text } from '../core/text.ts'
import type { Shadow } from '../hint/shadow.ts'
import type { Proofs } from '../judge/proof.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { CheckFlags } from './flags.ts'
import type { OpenLab } from './open-lab.ts'

/**
 * Where answers are tried before they are shown: only for who asked for more of a hint than its beginning, on an embedded
 * lab of containers, where another one can be started.
 */
export async function shadowOf(
  lesson: Lesson,
  proofs: Promise<Proofs>,
  { name, recorded }: Pick<OpenLab, 'name' | 'recorded'>,
  { hints = 1, inventory, lang }: Pick<CheckFlags, 'hints' | 'inventory' | 'lang'>,
): Promise<Shadow | undefined> {
  if (hints < 2 || recorded || inventory !== undefined || process.getuid?.() !== 0) return undefined
  const { embeddedInventory } = await import('../embedded/embedded-inventory.ts')
  const learners = await embeddedInventory(name)
  const { stateOf } = await import('../embedded/state.ts')
  if (!learners || (stateOf(name).provider ?? 'embedded') !== 'embedded') return undefined
  const [{ Shadow }, helper] = await Promise.all([import('../hint/shadow.ts'), helperOf(lesson)])
  return new Shadow({ lesson, proofs: await proofs, helper }, learners, ({ on, run }) => {
    const trying = text(
      `Trying on another lab whether this fixes it: ${on}# ${run}`,
      `正在另一個實驗環境試試看這樣能不能修好：${on}# ${run}`,
    )
    console.error(trying[lang])
  })
}
