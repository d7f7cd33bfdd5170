import { text } from '../core/text.ts'
import { complain, readManifest } from '../manifest/validate.ts'
import schema from './graded.schema.json' with { type: 'json' }

/** What of a class's grade.json is pushed. */
export interface Graded {
  lesson: string
  /** ISO 8601, UTC. */
  gradedAt?: string
  /** points null: ungraded. */
  students: { id: string; name: string; points: number | null; maxPoints: number }[]
}

/** Reads grade.json. Throws BadCall with `file:line:column: sentence`, also where a student is in it twice. */
export async function readGraded(file: string): Promise<Graded> {
  const { value, at } = await readManifest<Graded>(file, schema)
  const seen = new Set<string>()
  for (const [index, { id }] of value.students.entries()) {
    if (seen.has(id))
      throw complain(
        at('students', index, 'id'),
        text(`student ${id} is here twice`, `學生 ${id} 出現了兩次`),
      )
    seen.add(id)
  }
  return value
}
