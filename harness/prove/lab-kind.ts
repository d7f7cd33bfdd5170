import { BadCall } from '../judge/errors.ts'
import { nearest } from '../manifest/nearest.ts'
import { text } from '../say/text.ts'

/** What the labs of a proof are made of. */
export interface LabKind {
  /** As it was asked for: `embedded`, `qemu`, `embedded@bookworm`. */
  name: string
  provider: 'embedded' | 'qemu'
  /** The release of Debian in its nodes; absent: the usual one. */
  suite?: string
  /** A release that cannot be installed on every day: told where it is not available, and not held against the proof. */
  mayBeMissing: boolean
}

const PROVIDERS = ['embedded', 'qemu'] as const
/** Debian's moving releases: their packages do not always fit together (wiki: DebianUnstable). */
const MOVING = ['sid', 'unstable', 'testing', 'experimental']

/** Reads `--labs embedded,qemu,embedded@bookworm`; throws BadCall for anything else, and for a kind named twice. */
export function labKinds(words: string): LabKind[] {
  const kinds = words.split(',').map(word => kindFrom(word.trim()))
  const twice = kinds.find(({ name }, at) => kinds.findIndex(kind => kind.name === name) !== at)
  if (twice)
    throw new BadCall(text(`--labs names ${twice.name} twice.`, `--labs 裡 ${twice.name} 出現了兩次。`))
  return kinds
}

function kindFrom(word: string): LabKind {
  const [named = '', suite, ...more] = word.split('@')
  const provider = PROVIDERS.find(name => name === named)
  if (provider && more.length === 0 && (suite === undefined || /^[a-z][a-z0-9-]*$/.test(suite)))
    return {
      name: word,
      provider,
      ...(suite !== undefined && { suite }),
      mayBeMissing: suite !== undefined && MOVING.includes(suite),
    }
  if (/^\d+$/.test(word))
    throw new BadCall(
      text(
        `--labs takes kinds of labs, such as embedded,qemu; how many run side by side is --jobs ${word}.`,
        `--labs 要寫實驗環境的種類，例如 embedded,qemu；要同時跑幾個請用 --jobs ${word}。`,
      ),
    )
  const guess = nearest(named, PROVIDERS)
  throw new BadCall(
    text(
      `There are no labs of the kind "${word}".${guess ? ` Did you mean "${guess}"?` : ''} Kinds: ${PROVIDERS.join(', ')}, each also with a release of Debian, such as embedded@bookworm.`,
      `沒有「${word}」這種實驗環境${guess ? `，是不是要寫「${guess}」？` : '。'}種類有 ${PROVIDERS.join('、')}，後面可以加上 Debian 的版本，例如 embedded@bookworm。`,
    ),
  )
}
