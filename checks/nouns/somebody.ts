import { createHash } from 'node:crypto'
import { dotted, numberOf } from '../../harness/core/prefix.ts'

/** A MAC that nobody has: stands for a machine that was never heard. */
export const SOMEBODYS_MAC = '0e:00:00:00:00:01'

/** An IPv4 address of a prefix that nobody can know beforehand who does not know the seed; neither its first, its second nor its last one. */
export function somebodyIn(prefix: string, seed: string): string {
  const [base = '', length = '32'] = prefix.split('/')
  const size = 2 ** (32 - Number(length))
  const first = numberOf(base)
  const hash = createHash('sha256').update(`${seed} ${prefix}`).digest().readUInt32BE()
  return dotted(size < 4 ? first : first - (first % size) + 2 + (hash % (size - 3)))
}
