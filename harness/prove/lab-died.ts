import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** The lab died under a proof: what was being proven is unknown. */
export class LabDied extends CannotLook {
  override name = 'LabDied'
}

export const labDied = (lab: string, cause?: unknown): LabDied =>
  new LabDied(text(`lab ${lab} died in the middle of it`, `實驗環境 ${lab} 中途停止運作`), {
    where: lab,
    cause,
  })
