import { CannotLook } from '../core/errors.ts'
import type { Text } from '../core/text.ts'
import type { Lab } from '../look/lab.ts'
import { type Counters, countersFrom } from './edge-details.ts'

/** What all links and interfaces have counted now, by the keys of details; and which nodes could not be asked. */
export async function lookAtCounters(
  lab: Lab,
): Promise<{ counters: Counters; blind: { where: string; reason: Text }[] }> {
  const seen = await Promise.all(
    lab.nodes.map(async node => {
      try {
        return countersFrom(node, await lab.linkCounters(node))
      } catch (thrown) {
        if (!(thrown instanceof CannotLook)) throw thrown
        return { where: thrown.where ?? node, reason: thrown.reason }
      }
    }),
  )
  const isBlind = (one: (typeof seen)[number]): one is { where: string; reason: Text } => 'reason' in one
  return {
    counters: Object.assign({}, ...seen.filter(one => !isBlind(one))) as Counters,
    blind: seen.filter(isBlind),
  }
}
