import type { Text } from '../../harness/core/text.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Interface } from '../../harness/ovsdb/tables.ts'
import { kernelContradictions } from './kernel.ts'
import { oneMachine } from './one-machine.ts'
import { daemonContradictions } from './open-vswitch.ts'
import { forgedPrograms } from './programs.ts'

/**
 * Why the machines of a lab are not to be believed: facts that cannot all be true of one honest machine, and programs that
 * are not what their package has. Empty where there is nothing of the kind; what could not be looked at says nothing.
 * No mistake, and no network however strange, is among it: those are for the claims to judge.
 */
export default async function distrust(lab: Lab): Promise<Text[]> {
  const nodes = await Promise.all(
    lab.nodes.map(async node => {
      const [kernel, ovs, programs] = await Promise.all([
        unlessBlind(lab.kernel(node)),
        unlessBlind(lab.ovs(node)),
        unlessBlind(lab.programs(node)),
      ])
      return { node, kernel, ovs, programs }
    }),
  )
  const contradictions = await Promise.all(
    nodes.map(async ({ node, kernel, ovs }) => {
      if (!kernel || !ovs || daemonContradictions(node, kernel, ovs).length === 0) return []
      // A port that is made anew again and again is another one in each answer: only one that stayed can contradict.
      const later = await unlessBlind(lab.ovs(node, { again: true }))
      return daemonContradictions(node, kernel, later ? { ...ovs, interfaces: stayed(ovs, later) } : ovs)
    }),
  )
  return [
    ...oneMachine(nodes),
    ...nodes.flatMap(({ node, kernel, programs }, index) => [
      ...(programs ? forgedPrograms(node, programs) : []),
      ...(kernel ? kernelContradictions(node, kernel) : []),
      ...contradictions[index]!,
    ]),
  ]
}

/** The interfaces that are the same rows with the same numbers later. */
function stayed({ interfaces }: OvsDatabase, later: OvsDatabase): Interface[] {
  const laterOf = new Map(later.interfaces.map(row => [row._uuid, row]))
  const numbersOf = (row?: Interface) => JSON.stringify([row?.ofport, row?.ifindex, row?.mac_in_use])
  return interfaces.filter(row => numbersOf(row) === numbersOf(laterOf.get(row._uuid)))
}
