import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noLabReason } from '../real-lab.ts'
import { type Checked, type HostileLab, hostileLab, idsOf, reasonsOf, whole } from './hostile-lab.ts'

/** Claims about captures. */
const PLAIN = ['plain-controller', 'plain-hypervisor']
/** A ping is judged by what was heard on both nodes, and what comes after it by that. */
const NEEDS_CAPTURE = [
  'ping-ns2-ns1',
  'ping-ns1-ns2',
  'ping-ns2-physical',
  'plain-controller',
  'plain-hypervisor',
  'no-geneve-controller',
  'no-geneve-hypervisor',
]
const NO_GENEVE = ['no-geneve-controller', 'no-geneve-hypervisor']

describe.skipIf(noLabReason !== '')(`nodes on which something is stopped${noLabReason}`, () => {
  let lab: HostileLab

  beforeAll(async () => {
    lab = await hostileLab('hostile-daemons')
  })
  afterAll(() => lab?.down())

  it('openvswitch-switch stopped: what needs its database is unknown, with the command that tells more', async () => {
    const told = await lab.broken('hypervisor', {
      damage: 'systemctl stop openvswitch-switch',
      mend: 'systemctl start openvswitch-switch ovn-controller',
    })
    // That a daemon does not run is seen without the database, and is all that may be held against the learner.
    expect(blamesOf(told).filter(blame => !/ does not run on hypervisor$/.test(blame))).toEqual([])
    expect(idsOf(told, 'unknown')).toEqual(
      expect.arrayContaining(['iface-ns2', 'bridge-hypervisor', 'mapping-hypervisor']),
    )
    expect(reasonsOf(told)).toEqual([
      'the Open vSwitch database on hypervisor does not answer: there is no socket /var/run/openvswitch/db.sock',
    ])
    expect(told.claims.get('iface-ns2')?.try).toBe('systemctl status openvswitch-switch   # on hypervisor')
    expect((await whole(lab)).code).toBe(0)
  })

  it('ovn-central stopped: what the kernel and Open vSwitch tell is still judged', async () => {
    const told = await lab.broken('controller', {
      damage: 'systemctl stop ovn-central',
      mend: 'systemctl start ovn-central',
    })
    expect(blamesOf(told).filter(blame => !/ does not run on controller$/.test(blame))).toEqual([])
    expect(idsOf(told, 'holds')).toEqual(
      expect.arrayContaining(['ns1-address', 'ns2-address', 'bridge-controller', 'bridge-hypervisor']),
    )
    expect(told.claims.get('port-ns1')?.verdict).toBe('unknown')
    expect(reasonsOf(told)).toContain(
      'the OVN northbound database on controller does not answer: there is no socket /var/run/ovn/ovnnb_db.sock',
    )
    expect((await whole(lab)).code).toBe(0)
  })

  it('a database server that hangs: unknown when its time is over', async () => {
    const told = await lab.broken('controller', {
      damage: 'kill -STOP $(cat /var/run/ovn/ovnsb_db.pid)',
      mend: 'kill -CONT $(cat /var/run/ovn/ovnsb_db.pid)',
    })
    expect(told.code).toBe(2)
    // 4 s, and longer where a node shows itself slow.
    expect(reasonsOf(told)).toEqual([
      expect.stringMatching(
        /^the OVN southbound database on controller does not answer: no answer within [\d.]+ s$/,
      ),
    ])
    expect(told.claims.get('one-switch')?.verdict).toBe('holds')
    expect((await whole(lab)).code).toBe(0)
  })

  it('tcpdump missing: only what needs a capture on that node is unknown', async () => {
    const told = await lab.broken('hypervisor', {
      damage: 'mv /usr/bin/tcpdump /usr/bin/tcpdump.away',
      mend: 'mv /usr/bin/tcpdump.away /usr/bin/tcpdump',
    })
    expect(told.code).toBe(2)
    expect(idsOf(told, 'unknown')).toEqual(NEEDS_CAPTURE)
    expect(reasonsOf(told)).toEqual(['hypervisor has no tcpdump'])
    expect(told.claims.get('plain-hypervisor')?.try).toBe('sudo apt install tcpdump   # on hypervisor')
  })

  it('a tcpdump that ends at once, and one that prints no capture: unknown', async () => {
    const mend = 'mv /usr/bin/tcpdump.away /usr/bin/tcpdump'
    const fake = (lines: string) =>
      `mv /usr/bin/tcpdump /usr/bin/tcpdump.away; printf '%s\\n' '#!/bin/sh' ${lines} >/usr/bin/tcpdump; chmod +x /usr/bin/tcpdump`
    const silent = await lab.broken('hypervisor', { damage: fake("'exit 1'"), mend })
    expect(silent.code).toBe(2)
    expect(idsOf(silent, 'unknown')).toEqual(NEEDS_CAPTURE)
    const lying = await lab.broken('hypervisor', {
      damage: fake(
        "'echo listening on eth1 >&2' 'echo this is no pcap file, whatever tcpdump says it is' 'exec cat'",
      ),
      mend,
    })
    expect(lying.code).toBe(2)
    expect(idsOf(lying, 'unknown')).toEqual(NEEDS_CAPTURE)
    expect(reasonsOf(lying).join()).toMatch(
      /the output of tcpdump on (eth2|veth-ns2-br) of hypervisor is not a capture/,
    )
  })

  it('eth1 down: the silence of a deaf capture proves no absence', async () => {
    const told = await lab.broken('hypervisor', {
      damage: 'ip link set eth1 down',
      mend: 'ip link set eth1 up',
    })
    expect(told.code).toBe(2)
    expect(told.claims.get('no-geneve-hypervisor')?.verdict).toBe('unknown')
    expect(reasonsOf(told)).toContain(
      'interface eth1 on hypervisor is down, so nothing can be captured there',
    )
    // The marker has to come over the same wire; the other end may have been deaf to it as well.
    expect(idsOf(told, 'unknown').filter(id => !NO_GENEVE.includes(id))).toEqual([])
    expect(idsOf(told, 'fails')).toEqual([])
    expect((await whole(lab)).code).toBe(0)
  })

  it('eth2 down: that is the learner’s to mend, and what comes after it waits', async () => {
    const told = await lab.broken('controller', {
      damage: 'ip link set eth2 down',
      mend: 'ip link set eth2 up',
    })
    expect(told.code).toBe(1)
    expect(idsOf(told, 'fails')).toEqual(['bridge-controller'])
    expect(told.claims.get('bridge-controller')).toMatchObject({
      saw: 'eth2 is down',
      where: 'controller · eth2',
      try: 'ip -br address show eth2   # on controller',
    })
    expect(idsOf(told, 'unknown')).toEqual([])
    expect(idsOf(told, 'waits')).toEqual(expect.arrayContaining(['patch-controller', ...PLAIN, ...NO_GENEVE]))
    expect((await whole(lab)).code).toBe(0)
  })

  it('ovn-controller stopped: what fails names it, and nothing else is wrong', async () => {
    const told = await lab.broken('hypervisor', {
      damage: 'systemctl stop ovn-controller',
      mend: 'systemctl start ovn-controller',
    })
    expect(told.code).toBe(1)
    expect(blamesOf(told)).toEqual(['ovn-controller does not run on hypervisor'])
    expect(told.claims.get('bound-ns2')?.verdict).not.toBe('holds')
    expect(idsOf(told, 'unknown')).toEqual([])
    expect((await whole(lab)).code).toBe(0)
  })

  it('ovn-controller stopped before the mapping is made: the missing patch ports are put down to it', async () => {
    const told = await lab.broken('controller', {
      damage:
        'ovs-vsctl remove Open_vSwitch . external_ids ovn-bridge-mappings; ' +
        'until ! ovs-vsctl show | grep -q patch-; do sleep 0.05; done; systemctl stop ovn-controller; ' +
        'ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=flat0:br-eth2',
      mend: 'systemctl start ovn-controller',
    })
    expect(told.code).toBe(1)
    expect(blamesOf(told)).toEqual(['ovn-controller does not run on controller'])
    expect(told.claims.get('patch-controller')?.verdict).not.toBe('holds')
    expect((await whole(lab)).code).toBe(0)
  })

  it('a full disk: the verdicts stay true, those that hold and those that fail', async () => {
    const full = {
      damage: 'cat /dev/zero >/fill 2>/dev/null; test $(df --output=avail / | tail -n 1) -eq 0',
      mend: 'rm /fill',
    }
    const isFull = await lab.broken('controller', full, async () => {
      expect((await lab.told()).code).toBe(0)
      await lab.inside('controller', 'ip link set eth2 down')
      const told = await lab.told()
      await lab.inside('controller', 'ip link set eth2 up')
      return told
    })
    expect(idsOf(isFull, 'fails')).toEqual(['bridge-controller'])
    expect((await whole(lab)).code).toBe(0)
  })
})

/** What the claims that fail put it down to: the last part of each sentence, once. */
const blamesOf = ({ claims }: Checked): string[] => [
  ...new Set(
    [...claims.values()].flatMap(({ verdict, saw }) =>
      verdict === 'fails' ? [saw?.split('; ').at(-1) ?? ''] : [],
    ),
  ),
]
