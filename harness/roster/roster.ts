import type { NodeAddress } from '../inventory/inventory.ts'

/** How a student's work is reached: a lab of this computer by name, machines over ssh, or commands that were handed in. */
export type Work =
  | { kind: 'lab'; lab: string }
  | { kind: 'nodes'; nodes: Record<string, NodeAddress> }
  /** Absolute path of the folder that was handed in, and when that was (ISO 8601), where the roster says it. */
  | { kind: 'submission'; folder: string; handedInAt?: string }

/** One of the class. */
export interface Student {
  /** Letters, digits, dot, dash and underscore: names files. */
  id: string
  name: string
  work: Work
}

/** Who is graded, in which lessons. */
export interface Roster {
  /** Absolute path of the file. */
  file: string
  /** The lessons it names, in its order; none where it names none. */
  lessons: string[]
  /** Where it names each, as file:line:column. */
  lessonPlaces: Record<string, string>
  /** In the roster's order; ids differ, and so do machines. */
  students: Student[]
  /** SHA-256 (hex) over who is graded and how each is reached: a resumed run must find the same. */
  digest: string
}
