import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedInventory } from '../embedded/index.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { Machine } from '../ssh/machine.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { difference, listing } from './listing.testing.ts'
import { undoWork } from './undo-work.ts'

const LAB = 'v-reset'
const NODES = ['controller', 'hypervisor']

/** What a learner who tries everything leaves on a node. */
const MESS = `
ovs-vsctl add-br br-own -- set Bridge br-own fail_mode=secure other_config:hwaddr=02:00:00:00:00:99
ovs-vsctl add-port br-own own0 -- set Interface own0 type=internal
ovs-vsctl add-port br-int own1 -- set Interface own1 type=internal external_ids:iface-id=own
ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=own:br-own external_ids:own=1 other_config:own=1
ovs-vsctl set Open_vSwitch . external_ids:ovn-remote=tcp:192.168.33.99:6642 external_ids:ovn-encap-ip=192.168.33.99
ovs-vsctl set-manager ptcp:6640:127.0.0.1
ovs-vsctl set Bridge br-int stp_enable=true external_ids:own=1 fail_mode=standalone
ovs-ofctl add-flow br-int priority=65535,actions=drop
ip link add own-veth type veth peer name own-peer && ip link add own-dummy type dummy
ip link add link eth2 name eth2.7 type vlan id 7
ip netns add own && ip netns exec own ip link set lo up
ip netns exec own sleep 4711 &
mkdir -p /etc/netns/own
ip addr add 192.168.10.77/24 dev eth2 && ip link set eth2 up mtu 1400 promisc on
ip addr add 192.168.33.77/24 dev eth1
ip addr add 10.9.9.9/32 dev lo
ip rule add from 10.9.9.9 lookup 100
tc qdisc add dev eth2 root netem delay 10ms
tc qdisc add dev eth1 clsact
nft add table inet own && nft add chain inet own c '{ type filter hook input priority 0; }'
iptables -A INPUT -p udp --dport 4711 -j DROP
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.eth2.rp_filter=2
systemctl mask --now ovn-controller
`
const CENTRAL_MESS = `
ovn-nbctl ls-add own -- lsp-add own own-p -- lr-add own-r -- lb-add own-lb 10.0.0.1:80 10.0.0.2:80
ovn-nbctl set NB_Global . options:own=1
ovn-nbctl set-connection ptcp:6644:127.0.0.1
ovn-sbctl set-connection ptcp:6645:127.0.0.1
ovn-appctl -t ovn-northd pause
`

const notHere = noLabReason || otherTurn(2)

describe.skipIf(notHere)(`untouched again without a rebuild${notHere}`, () => {
  let lab: RealLab
  let machines: Machine[]

  beforeAll(async () => {
    lab = await realLab(LAB)
    const inventory = await embeddedInventory(LAB)
    machines = await Promise.all(connectAll(inventory!, connectMachine).values())
  })
  afterAll(async () => {
    for (const machine of machines ?? []) await machine.close()
    await lab?.down()
  })

  it('has the rows, links and settings it was born with', async () => {
    const before = await listing(lab)
    for (const stage of lab.lesson.stages) await lab.solve(stage.id)
    for (const node of NODES) await lab.shell(node, MESS)
    await lab.shell('controller', CENTRAL_MESS)
    const dirty = await listing(lab)
    for (const node of NODES)
      expect(difference(before, dirty).filter(line => line.startsWith(node)).length).toBeGreaterThan(40)

    await undoWork(machines)
    expect(difference(before, await listing(lab))).toEqual([])
  })

  it('can be solved again, and reset twice', async () => {
    for (const stage of lab.lesson.stages) await lab.solve(stage.id)
    const solved = await lab.check()
    expect([...solved.judgements.values()].map(({ verdict }) => verdict)).toEqual(
      Array(solved.judgements.size).fill('holds'),
    )
    await undoWork(machines)
    await undoWork(machines)
    const untouched = await lab.check()
    expect([...untouched.judgements.values()].filter(({ verdict }) => verdict === 'unknown')).toEqual([])
    expect(untouched.judgements.get('northd')?.verdict).toBe('holds')
    expect(untouched.judgements.get('ns1-address')?.verdict).toBe('fails')
  })
})
