import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutExtra } from '../lesson/lesson.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { checked, type Watching, watching } from './watching.testing.ts'

const NAME = 'live'

const notHere = noLabReason || otherTurn(1)

describe.skipIf(notHere)(`a lesson that is watched${notHere}`, () => {
  let lab: RealLab
  let seen: Watching

  beforeAll(async () => {
    lab = await realLab(NAME, 'day-06')
    seen = await watching(lab, NAME)
  })
  afterAll(async () => {
    await seen?.live.close()
    await lab?.down()
  })

  it('tells what a check tells of untouched machines', async () => {
    expect(await seen.verdicts()).toEqual(await checked(lab))
  })

  it('turns stage by stage while the lesson is done, and nothing that held is taken back', async () => {
    seen.from()
    for (const stage of withoutExtra(lab.lesson.stages)) {
      await lab.solve(stage.id)
      for (const { id } of stage.claims) await seen.until(id, 'holds')
    }
    expect(seen.flips.filter(({ from }) => from === 'holds')).toEqual([])
    expect(await seen.verdicts()).toEqual(await checked(lab))
  })

  it('names the mapping that was removed, the command, and what waits for it; and all of it when it is back', async () => {
    await seen.live.settled()
    seen.from()
    await lab.shell('hypervisor', 'ovs-vsctl remove Open_vSwitch . external_ids ovn-bridge-mappings')
    const causes = await seen.until('mapping-hypervisor', 'fails')
    expect(causes).toContain('hypervisor: external_ids:ovn-bridge-mappings removed on Open_vSwitch')
    // On a busy node the row is heard of before the command that changed it, and of that now and then its name alone.
    await expect
      .poll(() => seen.told())
      .toContainEqual(
        expect.stringMatching(
          /^hypervisor: ovs-vsctl( remove Open_vSwitch \. external_ids ovn-bridge-mappings)?$/,
        ),
      )
    await seen.until('ping-ns2-ns1', 'waits')
    seen.from()
    await lab.shell('hypervisor', 'ovs-vsctl set open . external_ids:ovn-bridge-mappings=flat0:br-eth2')
    expect(await seen.until('mapping-hypervisor', 'holds')).toContain(
      'hypervisor: external_ids:ovn-bridge-mappings set to flat0:br-eth2 on Open_vSwitch',
    )
    await seen.until('patch-hypervisor', 'holds')
    await seen.until('no-geneve-hypervisor', 'holds')
    // What OVN was about to do was never held against anybody.
    expect(seen.flips.filter(({ to }) => to === 'fails')).toEqual([])
  })

  it('sees a link in a namespace go down and up', async () => {
    seen.from()
    await lab.shell('hypervisor', 'ip -n ns2 link set eth0 down')
    expect(await seen.until('ns2-address', 'fails')).toContain('hypervisor: interface eth0 down in ns2')
    await lab.shell('hypervisor', 'ip -n ns2 link set eth0 up')
    expect(await seen.until('ns2-address', 'holds')).toContain('hypervisor: interface eth0 up in ns2')
    await seen.until('ping-ns2-ns1', 'holds')
  })

  it.each<[string, string, string, string | RegExp]>([
    [
      'a parameter',
      'ip netns exec ns1 sysctl -q -w net.ipv4.icmp_echo_ignore_all=1',
      'ip netns exec ns1 sh -c "echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all"',
      'controller: sysctl net.ipv4.icmp_echo_ignore_all set',
    ],
    [
      'a rule of nftables',
      'ip netns exec ns1 nft "add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in ip protocol icmp drop"',
      'ip netns exec ns1 nft delete table inet t',
      'controller: nftables rules in ns1 changed',
    ],
    [
      'a route, which no claim reads',
      'ip -n ns1 route add blackhole 192.168.10.200/32',
      'ip -n ns1 route del blackhole 192.168.10.200/32',
      'controller: route 192.168.10.200/32 set in ns1',
    ],
    [
      'flows, which nothing announces',
      'ovs-ofctl add-flow br-eth2 priority=60000,icmp,actions=drop',
      'ovs-ofctl --strict del-flows br-eth2 priority=60000,icmp',
      // Its words are read while it runs; of one that is over so soon, now and then its name alone is known.
      /^controller: ovs-ofctl( add-flow br-eth2 priority=60000,icmp,actions=drop)?$/,
    ],
  ])('packets that no longer pass are seen, and why: %s', async (_, damage, mend, cause) => {
    await seen.until('ping-ns2-ns1', 'holds')
    await seen.live.settled()
    seen.from()
    await lab.shell('controller', damage)
    const causes = await seen.until('ping-ns2-ns1', 'fails')
    expect(causes).toContainEqual(typeof cause === 'string' ? cause : expect.stringMatching(cause))
    await lab.shell('controller', mend)
    await seen.until('ping-ns2-ns1', 'holds')
  })

  it('sees what OVN learnt put right, of which no row is told', async () => {
    await seen.until('ping-ns1-physical', 'holds')
    await seen.live.settled()
    seen.from()
    await lab.shell(
      'controller',
      `mac=$(ip -n ns1 neigh show 192.168.10.1 | grep -o '[0-9a-f:]\\{17\\}')
      key() { ovn-sbctl --bare --columns=tunnel_key find "$@"; }
      ovn-sbctl create FDB mac="\\"$mac\\"" dp_key="$(key Datapath_Binding external_ids:name=ls0)" \\
        port_key="$(key Port_Binding logical_port=ls0-ns1)"`,
    )
    await seen.until('ping-ns1-physical', 'fails')
    await seen.live.settled()
    await lab.shell('controller', 'ovn-sbctl --all destroy FDB')
    await seen.until('ping-ns1-physical', 'holds')
  })

  it('runs no command while nothing changes, and none for a check that is made beside it', async () => {
    await seen.live.settled()
    const { commands } = seen.live
    await new Promise(resolve => setTimeout(resolve, 10_000))
    expect(seen.live.commands).toBe(commands)
    const { verdicts } = seen
    expect(await verdicts()).toEqual(await checked(lab))
  })
})
