import type { Text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
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
  return [
    ...oneMachine(nodes),
    ...nodes.flatMap(({ node, kernel, ovs, programs }) => [
      ...(programs ? forgedPrograms(node, programs) : []),
      ...(kernel ? kernelContradictions(node, kernel) : []),
      ...(kernel && ovs ? daemonContradictions(node, kernel, ovs) : []),
    ]),
  ]
}
