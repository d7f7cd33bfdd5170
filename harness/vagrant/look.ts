import { CannotLook } from '../core/errors.ts'
import type { Machine } from '../ssh/machine.ts'
import { ASK_VERSIONS, keyedLines, type MachineVersions, versionsAmong } from '../ssh/versions.ts'

/** What a machine that is on says of itself. */
export interface MachineFacts {
  /** provision.sh came to its end. */
  isProvisioned: boolean
  /** The node its files say it is; absent before they do. */
  node?: string
  freeMiB: number
  /** What Open vSwitch calls itself towards OVN. */
  systemId?: string
  versions: MachineVersions
}

/** `key value` lines; nothing in it fails where a part is missing. */
const QUESTION = `
echo "provisioned $([ -e /var/lib/ovn-lab/provisioned ] && echo yes)"
echo "node $(sed -n 's/^NODE=//p' /etc/ovn-lab/node 2>/dev/null)"
echo "free $(df -Pm / | awk 'NR == 2 { print $4 }')"
echo "id $(cat /etc/openvswitch/system-id.conf 2>/dev/null)"
${ASK_VERSIONS}`

/** A machine that has just booted is busy with itself. */
const DEADLINE_MS = 15_000

/** Looks at a machine over ssh. CannotLook where it does not answer. */
export async function lookAt(machine: Machine): Promise<MachineFacts> {
  const { stdout } = await machine.run(QUESTION, { deadlineMs: DEADLINE_MS })
  return readFacts(stdout.toString())
}

/** Reads what a machine answered. */
export function readFacts(printed: string): MachineFacts {
  const said = keyedLines(printed)
  const [node, systemId] = [said.get('node'), said.get('id')]
  return {
    isProvisioned: said.get('provisioned') === 'yes',
    freeMiB: Number(said.get('free') ?? 0),
    ...(node && { node }),
    ...(systemId && { systemId }),
    versions: versionsAmong(said),
  }
}

/** What is known of each machine that is on: its facts, or why it could not be asked. */
export type Looks = Partial<Record<string, MachineFacts | CannotLook>>

/** The facts of a machine, where it gave any. */
export const factsOf = (looks: Looks, node: string): MachineFacts | undefined => {
  const look = looks[node]
  return look instanceof CannotLook ? undefined : look
}
