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
  for (const [at, stage] of stages.entries()) {
    if (stageIds.has(stage.id)) throw usedTwice(file, stage.id)
    if (!stage.extra && stages[at - 1]?.extra) throw afterExtra(file, stage.id)
    for (const id of stage.replaces ?? []) if (!stageIds.has(id)) throw replacesNothing(file, stage.id, id)
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
  for (const passing of stages.filter(({ id }) => isReplaced(stages, id)))
    assertNotNeeded(file, stages, passing)
}

const isReplaced = (stages: StageSpec[], id: string) => stages.some(({ replaces }) => replaces?.includes(id))

/** What is gone in the end cannot be what another stage's claims come after. */
function assertNotNeeded(file: string, stages: StageSpec[], passing: StageSpec): void {
  const ids = passing.claims.map(({ id }) => id)
  const lasting = stages.filter(stage => stage !== passing && !isReplaced(stages, stage.id))
  for (const { id, after } of lasting.flatMap(({ claims }) => claims)) {
    const gone = after.find(one => ids.includes(one))
    if (gone !== undefined)
      throw new BadCall(
        text(
          `${file}: claim "${id}" comes after "${gone}", whose stage "${passing.id}" is replaced by a later one.`,
          `${file}：項目「${id}」的 after 寫了「${gone}」，但它的階段「${passing.id}」會被後面的階段取代。`,
        ),
      )
  }
}

const afterExtra = (file: string, id: string) =>
  new BadCall(
    text(
      `${file}: stage "${id}" comes after an extra stage; extra stages must be the last ones.`,
      `${file}：階段「${id}」排在延伸階段之後；延伸階段必須放在最後。`,
    ),
  )

const replacesNothing = (file: string, id: string, missing: string) =>
  new BadCall(
    text(
      `${file}: stage "${id}" replaces "${missing}", which is not the id of an earlier stage.`,
      `${file}：階段「${id}」的 replaces 寫了「${missing}」，但前面沒有這個階段。`,
    ),
  )

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
