import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedInventory } from '../embedded/index.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { undoWorkOn } from '../solve/undo-work.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { asLook, shellQuote } from '../ssh/root-shell.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab, verdictsOf } from '../testing/real-lab.ts'
import { lostOf, planOf } from './plan.ts'
import { restoreStates } from './restore.ts'
import type { NodeState } from './state.ts'
import { takeStates } from './take.ts'

const LAB = 'v-checkpoint'

/** What a learner may do in the wrong place. */
const WRECK = `
ovs-vsctl --if-exists del-br br-eth2
ip netns del ns1 2>/dev/null || ip netns del ns2
ip link add own type dummy && ip addr add 10.9.9.9/24 dev own
ovs-vsctl set Open_vSwitch . external_ids:ovn-encap-ip=192.168.33.99
ip link set eth2 mtu 1400
nft add table inet own
`

/** What no lesson asks for, and a learner may build all the same. */
const OWN = `
set -e; export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ip netns add box && ip link add box0 type veth peer name eth0 address 02:00:00:00:00:07 netns box
ip -n box link set lo up && ip -n box link set eth0 mtu 1400 up && ip -n box addr add 10.7.0.2/24 dev eth0
ip link set box0 up && ip -n box route add default via 10.7.0.1
ip netns add pair && ip -n box link add name a type veth peer name b netns pair
ip link add br-own type bridge stp_state 1 && ip link set box0 master br-own && ip addr add 10.7.0.1/24 dev br-own
ip link set br-own up
ip netns exec box sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.eth0.rp_filter=2
ip neigh replace 10.7.0.9 lladdr 02:00:00:00:00:09 dev br-own nud permanent
ip netns exec box nft -f - <<'END'
table inet own { chain c { type filter hook input priority 0; policy accept; tcp dport 81 drop; }; }
END
ovs-vsctl add-br br-x -- set Bridge br-x fail_mode=secure other_config:hwaddr=02:00:00:00:00:99 \\
  -- add-port br-x x0 tag=7 -- set Interface x0 type=internal external_ids:own="it's \\"mine\\""
ovs-ofctl add-flow br-x "priority=7,arp,actions=drop"
`

const notHere = noLabReason || otherTurn(3)

describe.skipIf(notHere)(`what was built, kept and built again${notHere}`, () => {
  let inventory: Inventory
  let lab: RealLab
  const days = new Map<string, RealLab>()
  beforeAll(async () => {
    lab = await realLab(LAB)
    inventory = (await embeddedInventory(LAB))!
  })
  afterAll(() => lab?.down())

  async function onMachines<R>(work: (machines: ReturnType<typeof connectAll>) => Promise<R>): Promise<R> {
    const machines = connectAll(inventory, connectMachine)
    try {
      return await work(machines)
    } finally {
      for (const machine of machines.values()) await (await machine).close()
    }
  }
  const take = () => onMachines(machines => takeStates(machines, inventory))
  const restore = (saved: Record<string, NodeState>) =>
    onMachines(machines => restoreStates(saved, machines, inventory, 'controller', () => undefined))
  const day = async (id: string) => {
    const known = days.get(id) ?? (await realLab(LAB, id))
    days.set(id, known)
    return known
  }

  it.each([
    ['day-06', 'switch'],
    ['day-06', undefined],
    ['day-05', undefined],
    ['day-07', undefined],
    ['day-02', 'bridge'],
  ])('%s up to stage %s: a check says the same as before', async (id, until) => {
    await undoWorkOn(inventory)
    const one = await day(id)
    const last = until ?? one.lesson.stages.filter(({ extra }) => !extra).at(-1)!.id
    for (const stage of one.lesson.stages) {
      await one.solve(stage.id)
      if (stage.id === last) break
    }
    const before = verdictsOf((await one.check()).judgements, one.lesson)
    expect(Object.values(before)).not.toContain('unknown')
    // As what goes to a file and comes back.
    const saved = JSON.parse(JSON.stringify(await take()))
    for (const stage of one.lesson.stages) if (!stage.extra) await one.solve(stage.id)
    for (const node of ['controller', 'hypervisor']) await one.shell(node, `${WRECK}\ntrue`)
    expect((await restore(saved)).map(({ en }) => en)).toEqual([])
    expect(verdictsOf((await one.check()).judgements, one.lesson)).toEqual(before)
  })

  it('has what no lesson asks for, and says what it cannot keep', async () => {
    await undoWorkOn(inventory)
    await lab.shell('hypervisor', OWN)
    await lab.shell('hypervisor', 'systemd-run --quiet ip netns exec box sleep 4713')
    // A check may look at the same time; that is no program of the learner's.
    const look = shellQuote(asLook('exec ip netns exec box tail -f /dev/null'))
    await lab.shell('hypervisor', `systemd-run --quiet sh -c ${look}`)
    const inBox = () => lab.shell('hypervisor', 'ip netns pids box | xargs -I PID cat /proc/PID/comm')
    await expect.poll(async () => (await inBox()).split('\n').sort()).toEqual(['', 'sleep', 'tail'])
    const saved = JSON.parse(JSON.stringify(await take())) as Record<string, NodeState>
    await undoWorkOn(inventory)
    expect((await restore(saved)).map(({ en }) => en)).toEqual([])
    const facts = await lab.shell(
      'hypervisor',
      `ip -n box -br addr show dev eth0; ip -n box route; ip -n box link show dev a >/dev/null; ip -d link show br-own | grep -o 'stp_state 1'
       ip -br link show master br-own; ip netns exec box sysctl -n net.ipv4.ip_forward
       ip netns exec box nft list ruleset; ovs-vsctl get Port x0 tag; ovs-vsctl get Interface x0 external_ids:own
       ovs-ofctl --no-stats dump-flows br-x; ip -n box link show eth0`,
    )
    for (const fact of [
      /eth0@\S+ +UP +10\.7\.0\.2\/24/,
      'default via 10.7.0.1',
      'stp_state 1',
      'tcp dport 81 drop',
      '7\n"it\'s \\"mine\\""',
      'arp actions=drop',
      '02:00:00:00:00:07',
      'mtu 1400',
      'box0',
    ])
      expect(facts).toMatch(fact)
    expect(lostOf('hypervisor', saved.hypervisor!).map(({ en }) => en)).toEqual([
      'hypervisor: programs that run: sleep (box)',
    ])
    const now = await take()
    for (const [node, state] of Object.entries(saved)) expect(planOf(state, now[node]!)).toEqual([])
  })
})
