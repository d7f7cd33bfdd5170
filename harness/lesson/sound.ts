import { BadCall } from '../judge/errors.ts'
import { text } from '../say/text.ts'
import type { StageSpec } from './lesson.ts'

/**
 * What a JSON Schema cannot say of a manifest: ids are used once, and a claim comes after earlier claims only
 * (so that judging always ends). Throws BadCall.
 */
export function assertSound(file: string, stages: StageSpec[]): void {
  const earlier = new Set<string>()
  const stageIds = new Set<string>()
  for (const stage of stages) {
    if (stageIds.has(stage.id)) throw usedTwice(file, stage.id)
    stageIds.add(stage.id)
    for (const claim of stage.claims) {
      if (earlier.has(claim.id)) throw usedTwice(file, claim.id)
      for (const id of claim.after)
        if (!earlier.has(id))
          throw new BadCall(
            text(
              `${file}: claim "${claim.id}" comes after "${id}", which is not the id of an earlier claim.`,
              `${file}：項目「${claim.id}」的 after 寫了「${id}」，但前面沒有這個項目。`,
            ),
          )
      earlier.add(claim.id)
    }
  }
}

const usedTwice = (file: string, id: string) =>
  new BadCall(text(`${file}: the id "${id}" is used twice.`, `${file}：識別碼「${id}」重複使用。`))
