import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { text } from '../core/text.ts'
import type { LabKind } from '../inventory/lab-kind.ts'

/** Where the labs of a proof come from. */
export interface LabSource {
  /** As `--labs` names it: `embedded`, `qemu`, `embedded@bookworm`, `vagrant`, `lab.yaml`. */
  name: string
  /** What their names begin with; of machines somebody lends us, the name of their one lab. */
  labName: string
  /** The learner's own machines: untouched before and after, and never taken away. */
  isLent: boolean
  /** How many side by side unless told: virtual machines without an accelerator need a core each. */
  sideBySide: number
  /** A release that cannot be installed on every day: told where it is not available, and not held against the proof. */
  mayBeMissing: boolean
  /** What is done with them. */
  kind(): Promise<LabKind>
}

/** A trial mostly waits: for pings that are not answered, and for OVN. Two labs a core keep it busy. */
const EMBEDDED_SIDE_BY_SIDE = Math.min(8, Math.max(3, 2 * availableParallelism()))
const OWN = {
  embedded: { labName: 'prove', sideBySide: EMBEDDED_SIDE_BY_SIDE },
  qemu: { labName: 'prove-qemu', sideBySide: 1 },
}
const PROVIDERS = Object.keys(OWN) as (keyof typeof OWN)[]
/** Debian's moving releases: their packages do not always fit together (wiki: DebianUnstable). */
const MOVING = ['sid', 'unstable', 'testing', 'experimental']

/** Reads `--labs embedded,qemu,embedded@bookworm`; throws BadCall for anything else, and for what is named twice. */
export function labSources(words: string): LabSource[] {
  const sources = words.split(',').map(word => sourceFrom(word.trim()))
  const twice = sources.find(({ name }, at) => sources.findIndex(other => other.name === name) !== at)
  if (twice)
    throw new BadCall(text(`--labs contains ${twice.name} twice.`, `--labs 裡 ${twice.name} 出現了兩次。`))
  return sources
}

const LENT = { isLent: true, sideBySide: 1, mayBeMissing: false }

function sourceFrom(word: string): LabSource {
  if (word === 'vagrant')
    return {
      ...LENT,
      name: word,
      labName: word,
      kind: async () => (await import('../vagrant/index.ts')).vagrantLab,
    }
  if (/\.ya?ml$/.test(word)) return machinesIn(word)
  const [named = '', suite, ...more] = word.split('@')
  const provider = PROVIDERS.find(name => name === named)
  if (provider && more.length === 0 && (suite === undefined || /^[a-z][a-z0-9-]*$/.test(suite)))
    return {
      ...OWN[provider],
      name: word,
      isLent: false,
      mayBeMissing: suite !== undefined && MOVING.includes(suite),
      kind: async () => (await import('../embedded/index.ts')).labOf(provider, suite),
    }
  throw noSuch(word, named)
}

function machinesIn(file: string): LabSource {
  if (!existsSync(file))
    throw new BadCall(
      text(`There is no file ${file} (given with --labs).`, `找不到 --labs 指定的檔案 ${file}。`),
    )
  return {
    ...LENT,
    name: file,
    labName: basename(file).replace(/\.ya?ml$/, ''),
    kind: async () => (await import('./lent-machines.ts')).lentMachines(file),
  }
}

function noSuch(word: string, named: string): BadCall {
  if (/^\d+$/.test(word))
    return new BadCall(
      text(
        `--labs takes kinds of labs, such as embedded,qemu; how many run side by side is --jobs ${word}.`,
        `--labs 要寫實驗環境的種類，例如 embedded,qemu；要同時執行幾個，請用 --jobs ${word}。`,
      ),
    )
  const known = [...PROVIDERS, 'vagrant']
  const guess = nearest(named, known)
  return new BadCall(
    text(
      `There are no labs of the kind "${word}".${guess ? ` Did you mean "${guess}"?` : ''} Kinds: ${known.join(', ')}, an inventory file (lab.yaml), and a release of Debian as in embedded@bookworm.`,
      `沒有「${word}」這種實驗環境${guess ? `，是不是要寫「${guess}」？` : '。'}種類有 ${known.join('、')}、inventory 檔（lab.yaml），也可以指定 Debian 的版本，例如 embedded@bookworm。`,
    ),
  )
}
