import type { Text } from '../core/text.ts'
import type { Inventory } from './inventory.ts'

/** A lab as `lab status` tells it. */
export interface LabReport {
  lines: Text[]
  /** It is up, and a learner can work on all of it. */
  isWell: boolean
}

/**
 * What a kind of lab does, the same for all of them. `lab` is its name; `say` is told what happens, sentence by
 * sentence. BadCall: it cannot be done here. CannotLook: it should have worked, and did not.
 */
export interface LabKind {
  /** The name of a lab of this kind where none is given. */
  defaultLab: string
  /**
   * Resolves when a learner can begin. One that is up stays as it is. `lessonFolder`: of the lesson whose machines are
   * wanted; BadCall where they are other ones than those that are up, or can be had. `signal`: it is given up, where that can be
   * done in the middle; what was made is taken away then.
   */
  up(
    lab: string,
    say: (line: Text) => void,
    options?: { lessonFolder?: string; signal?: AbortSignal },
  ): Promise<void>
  /** Takes it away; `images`: with what is kept to make the next one faster. */
  down(lab: string, say: (line: Text) => void, options: { images: boolean }): Promise<void>
  /** Back to untouched machines. */
  reset(lab: string, say: (line: Text) => void): Promise<void>
  status(lab: string): Promise<LabReport>
  /** Runs a command as root on a node with our stdin, stdout and stderr; its exit code. */
  exec(lab: string, node: string, argv: string[]): Promise<number>
  shell(lab: string, node: string): Promise<number>
  /** How to reach its nodes over ssh. */
  inventory(lab: string): Promise<Inventory>
}
