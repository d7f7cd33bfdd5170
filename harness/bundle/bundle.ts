import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Recording } from '../look/recording.ts'

/** What one grading of one student saw: facts, from which the lesson's checks of any release judge. */
export interface Bundle {
  schema: 1
  /** The student's id, and the name the roster had then. */
  student: string
  name: string
  lesson: string
  /** 1 for the first grading of this student in this output folder. */
  attempt: number
  /** ISO 8601, UTC: when this attempt began, by the grader's clock. */
  startedAt: string
  durationMs: number
  /** How the work was reached; for commands that were handed in: which machines they ran on. */
  reached: 'lab' | 'nodes' | `submission on ${'qemu' | 'embedded'}`
  /** Versions of Node and of this project, and a digest (SHA-256, hex) of the lesson's and the checks' files. */
  versions: { node: string; checker: string; lesson: string }
  /** Everything the checks and their diagnosis asked, and what was answered or why nothing was. */
  recording: Recording
  /**
   * What the checks of that day made of it, for who asks what has moved since; never what a grade is made from.
   * By claim id.
   */
  judged: Record<string, { verdict: Verdict; where?: string; cause?: string }>
  /** Facts that do not fit together, or programs that are not what the package says: why this machine is not believed. */
  untrusted?: Text[]
}
