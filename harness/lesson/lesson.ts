import type { Text } from '../core/text.ts'
import type { Topology } from '../topology/topology.ts'

/** One thing that will be true, as the lesson's manifest declares it. Its proof stands in the lesson's check.ts. */
export interface ClaimSpec {
  id: string
  title: Text
  points: number
  /** True of machines nobody has touched yet: what the lesson builds on. Worth no points. */
  given?: boolean
  /** Ids of claims that must hold before this one can be judged. */
  after: string[]
  /** From a direction to the place to the command; never the answer first. */
  hints: Text[]
  /** Hints in place of those and of the course's, by the known mistake that was seen. */
  reactions?: Record<string, Text[]>
}

/** A step of a lesson. */
export interface StageSpec {
  id: string
  title: Text
  /** Offered beside the lesson, which is complete without it; its points are its own. Extra stages are the last ones. */
  extra?: boolean
  /** Ids of earlier stages whose place this one takes: once it holds, nothing is asked of them any more. */
  replaces?: string[]
  claims: ClaimSpec[]
}

/** A day: what is taught, without its proofs. */
export interface Lesson {
  id: string
  /** Absolute path of the lesson's folder. */
  folder: string
  /** The machines it is about. */
  topology: Topology
  title: Text
  /** What the lesson puts in for `{{name}}` in the course's shared stages, faults, variations and lies. */
  values: Record<string, string>
  /** The course's hints for known mistakes, by the name a verb tells them. */
  causes: Record<string, Text[]>
  stages: StageSpec[]
}

/** The stages that make a lesson complete: those that are not extra. */
export const withoutExtra = <S extends Pick<StageSpec, 'extra'>>(stages: S[]): S[] =>
  stages.filter(({ extra }) => !extra)
