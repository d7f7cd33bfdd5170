import { createHash } from 'node:crypto'
import { type Text, text } from '../core/text.ts'
import type { Trial } from './trial.ts'

/** How many pairs are drawn, and from what: the same seed draws the same ones. */
export interface Draw {
  count: number
  seed: string
}

/** What two trials at once are, and so what must come of them: a lie that something harmless stands beside is a lie. */
const TOGETHER = [
  ['faults', 'variations'],
  ['faults', 'faults'],
  ['variations', 'variations'],
  ['lies', 'variations'],
] as const satisfies [Trial['kind'], Trial['kind']][]

/**
 * Pairs of a lesson's trials, drawn by the seed, as trials that nobody has written: somebody makes two mistakes, or one in
 * a network that is built otherwise. Of each kind as many, as far as there are. Those that only some machines can have
 * are left out.
 */
export function pairsOf(trials: Trial[], { count, seed }: Draw): Trial[] {
  const free = trials.filter(({ onlyOn }) => onlyOn === undefined)
  const drawn = TOGETHER.map(([kind, other]) =>
    free
      .filter(one => one.kind === kind)
      .flatMap(one =>
        free
          .filter(beside => beside.kind === other && beside.at === one.at && canTell(one, beside))
          .map(beside => ({ one, beside, rank: rankOf(seed, one, beside) })),
      )
      .sort((one, other) => (one.rank < other.rank ? -1 : 1))
      .slice(0, count),
  )
  return Array.from({ length: count }, (_, at) => drawn.flatMap(pairs => pairs[at] ?? []))
    .flat()
    .slice(0, count)
    .map(({ one, beside }) => together(one, beside))
}

/** Of two of one kind one order is tried; where nobody may be able to look, a mistake need not be seen. */
const canTell = (one: Trial, beside: Trial) =>
  one.kind === beside.kind ? one.id < beside.id : one.kind !== 'faults' || !blindedBy(beside)

const idOf = (one: Trial, beside: Trial) => `${one.id}+${beside.id}`

const rankOf = (seed: string, one: Trial, beside: Trial): string =>
  createHash('sha256')
    .update(`${seed} ${idOf(one, beside)}`)
    .digest('hex')

function together(one: Trial, beside: Trial): Trial {
  const mayBeUnknown = blindedBy(one) ?? blindedBy(beside)
  return {
    ...one,
    id: idOf(one, beside),
    title: text(`${one.title.en} ${beside.title.en}`, `${one.title['zh-TW']}${beside.title['zh-TW']}`),
    beside,
    // What is there besides is there first, as what somebody has built is before a mistake in it.
    do: [...beside.do, ...one.do],
    repair: [...one.repair, ...beside.repair],
    connectsAnew: one.connectsAnew || beside.connectsAnew,
    ...(mayBeUnknown && { mayBeUnknown }),
  } as Trial
}

/** Why claims may be unknown beside this. */
const blindedBy = (trial: Trial): Text | undefined =>
  trial.kind === 'variations' ? trial.mayBeUnknown : undefined
