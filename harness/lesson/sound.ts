import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { ClaimSpec, StageSpec } from './lesson.ts'

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
      if ((claim.given === true) !== (claim.points === 0)) throw wrongWorth(file, claim)
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

const wrongWorth = (file: string, { id, given }: ClaimSpec) =>
  new BadCall(
    given
      ? text(
          `${file}: claim "${id}" is given, so its points must be 0.`,
          `${file}：項目「${id}」標示為 given，points 必須是 0。`,
        )
      : text(
          `${file}: claim "${id}" must be worth at least 1 point; only a claim with "given: true" has 0.`,
          `${file}：項目「${id}」的 points 至少要是 1；只有標示 given: true 的項目才能是 0。`,
        ),
  )

const usedTwice = (file: string, id: string) =>
  new BadCall(text(`${file}: the id "${id}" is used twice.`, `${file}：識別碼「${id}」重複使用。`))
