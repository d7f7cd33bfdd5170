import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noLabReason, type RealLab, realLab, verdictsOf } from '../../harness/testing/real-lab.ts'
import { tracesOf } from '../../harness/testing/traces.ts'

/** Stages that hold on machines nobody has touched. */
const GIVEN = ['machines']
/** Stages the learner types commands for, in order; the rest OVN does by itself after the last of them. */
const TYPED = ['namespaces', 'switch', 'localnet', 'binding', 'mapping']

describe.skipIf(noLabReason !== '')(`day-06 on real machines${noLabReason}`, () => {
  let lab: RealLab
  let untouched: Record<string, string>
  const verdicts = async () => verdictsOf((await lab.check()).judgements, lab.lesson)
  const holding = async () =>
    Object.entries(await verdicts()).flatMap(([id, verdict]) => (verdict === 'holds' ? [id] : []))
  const claimsOf = (stageIds: string[]) =>
    lab.lesson.stages.flatMap(stage =>
      stageIds.includes(stage.id) ? stage.claims.map(claim => claim.id) : [],
    )

  beforeAll(async () => {
    lab = await realLab('test-day-06', 'day-06')
  })
  afterAll(() => lab?.down())

  it('untouched: only what is given holds, and each claim could be looked at', async () => {
    untouched = await verdicts()
    expect(await holding()).toEqual(claimsOf(GIVEN))
    expect(new Set(Object.values(untouched))).toEqual(new Set(['holds', 'fails', 'waits']))
  })

  it.each(TYPED.map((stageId, index) => [stageId, TYPED.slice(0, index + 1)]))(
    'solving %s turns exactly its own claims',
    async (stageId, solved) => {
      await lab.solve(stageId as string)
      const all = lab.lesson.stages.map(stage => stage.id)
      const expected = stageId === TYPED.at(-1) ? all : [...GIVEN, ...(solved as string[])]
      expect(await holding()).toEqual(claimsOf(expected))
    },
  )

  it('a check leaves nothing behind on either node', async () => {
    const before = [await tracesOf(lab, 'controller'), await tracesOf(lab, 'hypervisor')]
    expect(await holding()).toEqual(claimsOf(lab.lesson.stages.map(stage => stage.id)))
    expect([await tracesOf(lab, 'controller'), await tracesOf(lab, 'hypervisor')]).toEqual(before)
  })

  it('solving twice changes nothing', async () => {
    const before = (await tracesOf(lab, 'controller')).rows
    for (const stageId of TYPED) await lab.solve(stageId)
    expect((await tracesOf(lab, 'controller')).rows).toEqual(before)
  })

  it('repaired a moment before the check: what was asked in vain until then is not held against it', async () => {
    await lab.shell(
      'controller',
      `ip link set veth-ns1-br down
       ! ip netns exec ns1 ping -w 2 192.168.10.200 || exit 1
       # The kernel has asked for the third and last time, and has not given up yet.
       sleep 0.2
       ip link set veth-ns1-br up
       until ip -n ns1 link show eth0 | grep -q 'state UP'; do sleep 0.05; done`,
    )
    expect(await holding()).toEqual(claimsOf(lab.lesson.stages.map(stage => stage.id)))
  })

  it('control experiment: without the localnet port the same ping crosses eth1 in Geneve', async () => {
    await lab.shell('controller', 'ovn-nbctl lsp-del ls0-localnet')
    const { judgements } = await lab.check()
    expect(judgements.get('localnet-port')?.verdict).toBe('fails')
    expect(judgements.get('ping-ns2-ns1')?.verdict).toBe('waits')
    await expect(geneveHeard(lab)).resolves.toBe(true)
    await lab.solve('localnet')
    expect(await holding()).toEqual(claimsOf(lab.lesson.stages.map(stage => stage.id)))
  })

  it('undone: fails again, exactly as untouched', async () => {
    await lab.undo()
    expect(await verdicts()).toEqual(untouched)
  })
})

/** Listens on eth1 as a learner would, and pings: is the ping in Geneve (UDP 6081)? */
async function geneveHeard(lab: RealLab): Promise<boolean> {
  const heard = await lab.shell(
    'controller',
    'timeout 10 tcpdump -n -c 1 -i eth1 udp port 6081 2>/dev/null & listener=$!; ' +
      'ip netns exec ns1 ping -q -c 20 -i 0.1 192.168.10.200 >/dev/null; wait $listener',
  )
  return heard.includes('Geneve')
}
