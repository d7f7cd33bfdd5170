import type { Text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Recording } from '../look/recording.ts'

/** How a piece of what was handed in ended on its node. */
export interface PieceRan {
  node: string
  /** Name of the file it stands in, and its first line there. */
  file: string
  line: number
  /** Its exit code; `time`: it was stopped when its time was over. */
  exit: number | 'time'
  durationMs: number
  /** Commands that ended with an error, the first few: the line of the file, what stands there, the exit code. */
  failed: { line: number; text: string; exitCode: number }[]
  /** The end of what it printed, uncleaned. */
  lastOutput: string
  outputBytes: number
}

/** What was handed in, and how it ran. */
export interface Submitted {
  form: 'scripts' | 'solution'
  /** SHA-256 (hex) over the files. */
  digest: string
  /** When it was handed in (ISO 8601), and who says so: the roster, or the student's submission.yaml. */
  handedIn?: { at: string; from: 'roster' | 'submission' }
  /** In the order in which they ran. */
  ran: PieceRan[]
}

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
  /** Of commands that were handed in: which, and how they ended. A piece that failed is no verdict: the network is judged. */
  submission?: Submitted
  /** Versions of Node and of this project, and a digest (SHA-256, hex) of the lesson's and the checks' files. */
  versions: { node: string; checker: string; lesson: string }
  /** Everything the checks and their diagnosis asked, and what was answered or why nothing was. */
  recording: Recording
  /**
   * What the checks of that day made of it, for who asks what has moved since; never what a grade is made from.
   * By claim id, with the points that the claim was worth; bundles of older releases do not say these.
   */
  judged: Record<string, Pick<Judgement, 'verdict' | 'aside' | 'where' | 'cause'> & { maxPoints?: number }>
  /** Facts that do not fit together, or programs that are not what the package says: why this machine is not believed. */
  untrusted?: Text[]
}
