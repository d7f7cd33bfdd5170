import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../bundle/bundle.ts'
import { embeddedInventory } from '../../embedded/index.ts'
import { type GradedLesson, lessonToGrade, whyUntrusted } from '../../grade/judge-bundle.ts'
import { lookAtStudent } from '../../grade/look-at-student.ts'
import { reachMachines } from '../../grade/reach.ts'
import { helperOf } from '../../lesson/helper.ts'
import { recording, replay } from '../../look/recording.ts'
import { openInventory } from '../../nodes/open-inventory.ts'
import { loadTrials } from '../../prove/load-trials.ts'
import { runSteps } from '../../solve/run-steps.ts'
import type { Step } from '../../solve/solution.ts'
import { connectMachine } from '../../ssh/connect.ts'
import { connectAll } from '../../ssh/connect-all.ts'
import { until } from '../hostile/hostile-lab.ts'
import { otherTurn } from '../part.ts'
import { noLabReason, type RealLab, realLab } from '../real-lab.ts'
import { FORGED_PARTS } from './forged-parts.ts'
import { REAL_FORGERIES } from './forgeries.ts'

const NAME = 'trust-redteam'
/** OVN drops all IPv4: nothing works, and all that is configured besides looks as it should. */
const DROP = `for way in from-lport to-lport; do
  ovn-nbctl acl-add "$(ovn-nbctl --bare --columns=name list logical_switch)" $way 32000 ip4 drop; done`

/** Mistakes, harmless habits and strange networks after which links, ports and daemons are not what they were. */
const MISTAKES = [
  'veth-down',
  'eth2-in-br-int',
  'physical-link-as-internal-port',
  'bridge-of-another-datapath',
  'flows-not-restored',
  'bond-waits-for-lacp',
  'cable-made-anew',
  'namespace-made-anew',
  'cable-shaped',
  'another-integration-bridge',
  'same-system-id',
  'ovn-controller-stopped',
  'no-path-between-nodes',
  'br-int-as-a-plain-switch',
  'follows-a-copy-of-the-southbound',
  'outside-in-a-hidden-namespace',
  'bond-with-a-missing-member',
  'hardware-offload',
  'ping-cannot-run',
  'start-up-file-talks',
]

const notHere = noLabReason || otherTurn(2)

describe.skipIf(notHere)(`somebody who is root on a lab that is not solved${notHere}`, () => {
  let lab: RealLab
  let day06: GradedLesson
  const grade = (work: unknown = { kind: 'lab', lab: NAME }): Promise<Bundle> =>
    lookAtStudent({ id: 's01', name: 'One', work } as never, day06, {
      reach: reachMachines(() => connectMachine),
      deadlineMs: 60_000,
      signal: new AbortController().signal,
    })
  const reasonsIn = ({ untrusted = [] }: Bundle) => untrusted.map(({ en }) => en).join('\n')
  const notHolding = ({ judged }: Bundle) =>
    Object.entries(judged).filter(([, { verdict }]) => verdict !== 'holds')

  beforeAll(async () => {
    day06 = await lessonToGrade('day-06')
    lab = await realLab(NAME, 'day-06')
    for (const { id } of lab.lesson.stages) await lab.solve(id)
  })
  afterAll(() => lab?.down())

  it('is believed while all is well, and remembered well', async () => {
    // OVN may still be at work on what was typed last.
    const bundle = await until(grade, one => notHolding(one).length === 0)
    expect(reasonsIn(bundle)).toBe('')
    expect(notHolding(bundle)).toEqual([])
    await Promise.all(
      ['controller', 'hypervisor'].map(node =>
        lab.shell(
          node,
          `ovs-vsctl --bare get Interface veth-ns${node === 'controller' ? 1 : 2}-br external_ids:iface-id | tr -d '"' >/run/iface-id
timeout 3 tcpdump -i eth2 -U -w /run/old.pcap icmp 2>/dev/null & sleep 1
ip netns exec ns${node === 'controller' ? 1 : 2} ping -c 5 -i 0.2 192.168.10.1 >/dev/null; wait || true`,
        ),
      ),
    )
  })

  it.each(MISTAKES)('is believed after %s', async id => {
    const trial = (await loadTrials(lab.lesson, ['controller', 'hypervisor'])).find(one => one.id === id)!
    const inventory = (await embeddedInventory(NAME))!
    const helper = await helperOf(lab.lesson)
    const apply = async (steps: Step[]) => {
      const machines = connectAll(inventory, connectMachine)
      await runSteps(steps, helper, node => machines.get(node)!)
      for (const machine of machines.values()) await (await machine).close()
    }
    await apply(trial.do)
    try {
      const looker = recording(openInventory(inventory, 'controller'))
      // As a student's machine is: a second time before anybody says so.
      const first = await whyUntrusted(day06, looker)
      await looker.close()
      const again = recording(openInventory(inventory, 'controller'))
      expect(first.length === 0 ? first : await whyUntrusted(day06, again)).toEqual([])
      await again.close()
    } finally {
      await apply(trial.repair)
    }
  })

  it('is believed with a mistake', async () => {
    await lab.shell('controller', DROP)
    const bundle = await grade()
    expect(reasonsIn(bundle)).toBe('')
    expect(notHolding(bundle)).not.toEqual([])
  })

  it.each(Object.entries({ ...REAL_FORGERIES, ...FORGED_PARTS }))(
    '%s',
    async (_, { nodes, damage, mend, untrusted }) => {
      for (const node of nodes) await lab.shell(node, damage)
      try {
        const bundle = await grade()
        const ofRecording = await whyUntrusted(day06, replay(bundle.recording))
        expect(notHolding(bundle)).not.toEqual([])
        if (untrusted) expect(reasonsIn(bundle)).toMatch(untrusted)
        else expect(reasonsIn(bundle)).toBe('')
        // Judged again without the machines, the same is said.
        expect(reasonsIn(bundle)).toContain(ofRecording.map(({ en }) => en).join('\n'))
      } finally {
        for (const node of nodes) await lab.shell(node, mend)
      }
    },
  )

  it('one machine in the place of two', async () => {
    const { controller } = (await embeddedInventory(NAME))!.nodes
    const bundle = await grade({ kind: 'nodes', nodes: { controller, hypervisor: controller } })
    expect(notHolding(bundle)).not.toEqual([])
    expect(reasonsIn(bundle)).toMatch(/controller and hypervisor are one machine/)
  })
})
