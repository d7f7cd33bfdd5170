import type { TraceSeen } from '../../harness/look/evidence.ts'

/** What ovn-controller does with a packet that a flow hands to it (ovn's actions.h, action_opcode). */
export const OPCODES = { arp: 0 } as const

/** Whether a packet is handed to ovn-controller on its way, for the action of this number. */
export function isHandedOver({ steps }: TraceSeen, opcode: number): boolean {
  const handing = `controller(userdata=00.00.00.${opcode.toString(16).padStart(2, '0')}.`
  return steps.some(({ actions }) => actions.some(action => action.startsWith(handing)))
}
