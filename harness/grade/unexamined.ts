import { type Text, text } from '../core/text.ts'
import type { ProgramFacts } from '../look/evidence.ts'
import type { Recording } from '../look/recording.ts'

/** A node that answered, and whose programs could not be examined. */
export interface Unexamined {
  node: string
  reason: Text
}

/**
 * Where nobody knows what the answers were made with, or with some of it, though there were answers. That is no reason not to
 * believe them.
 */
export function unexaminedIn({ answers }: Pick<Recording, 'answers'>): Unexamined[] {
  const nodeOf = ({ request }: Recording['answers'][number]) => ('node' in request ? request.node : undefined)
  const answered = new Set(answers.filter(one => 'evidence' in one).map(nodeOf))
  return answers.flatMap(answer => {
    const { request } = answer
    if (request.look !== 'programs' || !answered.has(request.node)) return []
    if ('blind' in answer) return [{ node: request.node, reason: answer.blind.reason }]
    const { undigested = [] } = answer.evidence as ProgramFacts
    return undigested.length > 0 ? [{ node: request.node, reason: withoutDigest(undigested) }] : []
  })
}

function withoutDigest(undigested: NonNullable<ProgramFacts['undigested']>): Text {
  const files = undigested.map(({ file }) => file)
  const packages = [...new Set(undigested.map(({ package: one }) => one))]
  return text(
    `dpkg has no digests of ${packages.join(', ')}: ${files.join(', ')}`,
    `dpkg 沒有 ${packages.join('、')} 的摘要：${files.join('、')}`,
  )
}
