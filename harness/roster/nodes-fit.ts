import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { joined, type Text, text } from '../core/text.ts'
import { complain } from '../manifest/validate.ts'
import type { Roster, Student } from './roster.ts'
import { readRoster } from './written.ts'

/** More than this many complaints help nobody. */
const COMPLAINTS_MAX = 8

/** A lesson, and the nodes it is about. */
export interface Needed {
  lesson: string
  nodes: string[]
}

/**
 * Throws BadCall, by line and column, where a student's `nodes` lack one that a lesson is about: mistyped, most of the time,
 * and every claim about it would be unknown. Nodes that no lesson is about do no harm. `students`: those that are graded.
 */
export async function assertNodesFit(roster: Roster, students: Student[], needed: Needed[]): Promise<void> {
  const names = needed.flatMap(({ nodes }) => nodes)
  const { at } = await readRoster(roster.file)
  const complaints = students.flatMap(student => {
    const { id, work } = student
    if (work.kind !== 'nodes') return []
    const own = Object.keys(work.nodes)
    const lacking = needed.find(({ nodes }) => nodes.some(node => !own.includes(node)))
    if (!lacking) return []
    const missing = lacking.nodes.filter(node => !own.includes(node))
    const here = (...path: string[]) => at('students', roster.students.indexOf(student), 'nodes', ...path)
    const mistyped = own.find(node => !names.includes(node) && nearest(node, missing) !== undefined)
    return [
      mistyped === undefined
        ? complain(here(), lacks(id, missing[0]!, lacking.lesson))
        : complain(here(mistyped), unknownNode(mistyped, nearest(mistyped, missing)!, lacking.lesson)),
    ]
  })
  if (complaints.length > 0)
    throw new BadCall(
      joined(
        complaints.slice(0, COMPLAINTS_MAX).map(({ sentence }) => sentence),
        text('\n', '\n'),
      ),
    )
}

const lacks = (id: string, node: string, lesson: string): Text =>
  text(
    `student \`${id}\` has no node \`${node}\`, which ${lesson} is about`,
    `學生 \`${id}\` 沒有 ${lesson} 需要的節點 \`${node}\``,
  )

const unknownNode = (node: string, near: string, lesson: string): Text =>
  text(
    `${lesson} has no node \`${node}\`; did you mean \`${near}\`?`,
    `${lesson} 沒有節點 \`${node}\`，是不是要寫 \`${near}\`？`,
  )
