import { createHash } from 'node:crypto'

/** An IPv4 address of a prefix that nobody can know beforehand who does not know the seed; neither its first, its second nor its last one. */
export function somebodyIn(prefix: string, seed: string): string {
  const [base = '', length = '32'] = prefix.split('/')
  const size = 2 ** (32 - Number(length))
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const hash = createHash('sha256').update(`${seed} ${prefix}`).digest().readUInt32BE()
  const number = size < 4 ? first : first - (first % size) + 2 + (hash % (size - 3))
  return [24, 16, 8, 0].map(bits => Math.floor(number / 2 ** bits) % 256).join('.')
}
