import { CannotLook } from '../core/errors.ts'
import type { Text } from '../core/text.ts'
import type { KernelFacts } from '../look/evidence.ts'
import type { Lab, Northbound, OvsDatabase, Southbound } from '../look/lab.ts'
import type { Source } from './model.ts'

/** What is known of one node; what could not be looked at is absent. */
export interface NodeFacts {
  name: string
  kernel?: KernelFacts
  ovs?: OvsDatabase
}

/** All that a map is drawn from. */
export interface Facts {
  nodes: NodeFacts[]
  northbound?: Northbound
  southbound?: Southbound
  blind: { where: string; reason: Text }[]
}

/** Looks at everything a map is drawn from; what cannot be looked at is told as such, and the rest is drawn. */
export async function factsOf(lab: Lab): Promise<Facts> {
  const blind: Facts['blind'] = []
  const seen = async <T>(where: string, look: Promise<T>): Promise<T | undefined> => {
    try {
      return await look
    } catch (thrown) {
      if (!(thrown instanceof CannotLook)) throw thrown
      blind.push({ where: thrown.where ?? where, reason: thrown.reason })
      return undefined
    }
  }
  const [nodes, northbound, southbound] = await Promise.all([
    Promise.all(
      lab.nodes.map(async name => {
        const [kernel, ovs] = await Promise.all([
          seen(name, lab.kernel(name)),
          seen(`${name} · Open_vSwitch`, lab.ovs(name)),
        ])
        return { name, ...(kernel && { kernel }), ...(ovs && { ovs }) }
      }),
    ),
    seen('OVN_Northbound', lab.northbound()),
    seen('OVN_Southbound', lab.southbound()),
  ])
  return {
    nodes,
    ...(northbound && { northbound }),
    ...(southbound && { southbound }),
    // One reason is told once, whatever it kept from being looked at.
    blind: blind.filter(
      (one, at) =>
        blind.findIndex(other => other.where === one.where && other.reason.en === one.reason.en) === at,
    ),
  }
}

/** What of these facts could not be looked at. */
export const unseenIn = ({ nodes, northbound, southbound }: Facts): Source[] => [
  ...(northbound ? [] : ['northbound' as const]),
  ...(southbound ? [] : ['southbound' as const]),
  ...nodes.flatMap(({ name, kernel, ovs }): Source[] => [
    ...(kernel ? [] : [`kernel of ${name}` as const]),
    ...(ovs ? [] : [`Open vSwitch of ${name}` as const]),
  ]),
]
