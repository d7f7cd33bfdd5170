import type { Text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'

/** Something that changed on a node, as it was told: nobody asked for it. */
export interface Change {
  node: string
  /** Who told it: a database, the kernel (links, addresses, routes, namespaces, filters), or a program that somebody ran. */
  source: 'OVN_Northbound' | 'OVN_Southbound' | 'Open_vSwitch' | 'kernel' | 'program'
  /** What changed, such as `external_ids:ovn-bridge-mappings set`, or the words of the command that was run. */
  words: Text
  /** Milliseconds since the epoch, by our own clock: when we heard of it. */
  atMs: number
  /** Of a database: the table whose row changed. */
  table?: string
  /** The kernel did it by itself, with something else: no verdict follows from that alone while there is anything else. */
  isByTheWay?: true
  /** The program that it seems to follow from: what somebody typed. */
  by?: Change
}

/** A claim that came to another verdict. `from` is absent the first time. */
export interface Flip {
  claim: string
  from?: Verdict
  to: Verdict
  /** Of the changes that it follows from, the one that tells most of it. */
  cause?: Change
}

/** A node that can, or cannot, be asked at the moment. */
export interface NodeState {
  node: string
  isOpen: boolean
  /** Why not. */
  reason?: Text
  /** What it does not let us be told of: a change of that kind is seen only with the next one. */
  limit?: Text
}

export type LiveEvent =
  /** What changed, before it is judged. */
  | { kind: 'changed'; changes: Change[] }
  /** Verdicts, by claim id, that are new or say something new; `causes`: the changes they follow from, the most telling first. */
  | { kind: 'judged'; claims: ReadonlyMap<string, Judgement>; flips: Flip[]; causes: Change[]; atMs: number }
  /** Claims that are being looked at just now; empty when all there was to judge is judged. */
  | {
      kind: 'judging'
      claims: ReadonlySet<string>
      /** Those of them whose verdict is from before a change that it may depend on; not those that are only looked at once more. */
      stale: ReadonlySet<string>
    }
  | { kind: 'node'; state: NodeState }

/** A lesson that is judged for as long as it is open, while the lab changes. */
export interface LiveLesson {
  readonly lesson: Lesson
  /** The lab's name. */
  readonly lab: string
  /** How many commands were run on the nodes so far: none while nothing changes. */
  readonly commands: number
  /** What is known now, by claim id, in the lesson's order; a claim that was not judged yet is absent. */
  readonly judgements: ReadonlyMap<string, Judgement>
  readonly nodes: readonly NodeState[]
  /** The evidence the verdicts come from: what is asked here is looked at only where it is not known yet. */
  readonly looker: Looker
  /** Calls `listener` with what happens from now on; returns what takes it off again. */
  on(listener: (event: LiveEvent) => void): () => void
  /** Looks at all of it anew. */
  again(): void
  /** Resolves when nothing is being judged and nothing waits to be. */
  settled(): Promise<void>
  close(): Promise<void>
}
