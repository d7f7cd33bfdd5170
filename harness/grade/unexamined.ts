import type { Text } from '../core/text.ts'
import type { Recording } from '../look/recording.ts'

/** A node that answered, and whose programs could not be examined. */
export interface Unexamined {
  node: string
  reason: Text
}

/** Where nobody knows what the answers were made with, though there were answers. That is no reason not to believe them. */
export function unexaminedIn({ answers }: Pick<Recording, 'answers'>): Unexamined[] {
  const nodeOf = ({ request }: Recording['answers'][number]) => ('node' in request ? request.node : undefined)
  const answered = new Set(answers.filter(one => 'evidence' in one).map(nodeOf))
  return answers.flatMap(answer => {
    const { request } = answer
    if (request.look !== 'programs' || !('blind' in answer) || !answered.has(request.node)) return []
    return [{ node: request.node, reason: answer.blind.reason }]
  })
}
