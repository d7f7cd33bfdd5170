import type { Edit } from './solved-lab.ts'

/** Every name the lesson leaves to the learner is another one. The order matters: the longer names first. */
const OTHER_NAMES = [
  ['ls0-localnet', 'gate'],
  ['ls0-ns1', 'p1'],
  ['ls0-ns2', 'p2'],
  ['ls0', 'web'],
  ['flat0', 'physnet1'],
  ['br-eth2', 'br-ex'],
  ['veth-ns1-br', 'tap1'],
  ['veth-ns2-br', 'tap2'],
] as const

/** An edit: every free name is another one, wherever it stands. */
export const renamed: Edit = evidence => {
  for (const [from, to] of OTHER_NAMES) replaced(from, to)(evidence)
}

/** An edit: a name is another one, wherever it stands. */
export const replaced =
  (from: string, to: string): Edit =>
  evidence => {
    Object.assign(evidence, JSON.parse(JSON.stringify(evidence).replaceAll(from, to)))
  }

/** An edit: the chassis are told to use another integration bridge, for all or for each by its system-id. */
export const otherIntegrationBridge =
  (name: string, { perChassis = false } = {}): Edit =>
  evidence => {
    replaced('br-int', name)(evidence)
    for (const { Open_vSwitch: tables } of Object.values(evidence.ovs)) {
      const ids = tables[0].external_ids
      ids[perChassis ? `ovn-bridge-${ids['system-id']}` : 'ovn-bridge'] = name
    }
  }
