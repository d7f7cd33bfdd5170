import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sshConfigFor } from '../ssh/ssh-config.ts'
import { paced } from '../testing/paced.ts'
import { loadTopology } from '../topology/load-topology.ts'
import {
  addressOn,
  type Link,
  linkFor,
  managementAddress,
  nodeNames,
  underlayAddress,
} from '../topology/topology.ts'
import { down } from './down.ts'
import { embeddedInventory } from './embedded-inventory.ts'
import { initOf } from './enter.ts'
import { hostAsItIs, named, netnsOf, ovnLab, sh, tracesOf, whyNot } from './lab.testing.ts'
import { reset } from './reset.ts'
import { up } from './up.ts'

const topology = await loadTopology()
const NODE_NAMES = nodeNames(topology)
const hostOf = (link: Link) => addressOn(link, link.outside?.number ?? '')
const why = await whyNot()
const LAB = 'e-real'
const quiet = () => {}
const on = (node: string, script: string) => sh(LAB, node, script)

describe.skipIf(why)(named('the embedded lab', why), () => {
  const folder = mkdtempSync(join(tmpdir(), 'e-real-'))
  let before = ''

  beforeAll(async () => {
    await down(LAB, quiet)
    before = await hostAsItIs()
    await up(LAB, quiet)
  })
  afterAll(async () => {
    await down(LAB, quiet)
    rmSync(folder, { recursive: true })
  })

  it('leaves the network of the host alone while it is up', async () => {
    expect(await hostAsItIs()).toBe(before)
  })

  it('is up already when it is asked for again', async () => {
    const said: string[] = []
    await up(LAB, line => said.push(line.en))
    expect(said).toEqual([`Lab "${LAB}" is already up.`])
  })

  it('has both chassis, and an untouched network', async () => {
    const chassis = 'ovn-sbctl --bare --columns=hostname list Chassis | sort | xargs'
    expect((await on('controller', chassis)).stdout).toBe('controller hypervisor\n')
    expect((await on('controller', 'ovn-nbctl show')).stdout).toBe('')
    for (const node of NODE_NAMES) {
      const untouched = 'ip -o addr show dev eth2; ip netns; systemctl --failed --quiet'
      expect((await on(node, untouched)).stdout).toBe('')
      const ids = 'ovs-vsctl get Open_vSwitch . external_ids:hostname; cat /etc/openvswitch/system-id.conf'
      expect((await on(node, ids)).stdout).toMatch(new RegExp(`^"?${node}"?\n[0-9a-f-]{36}\n$`))
    }
  })

  it('is reached over ssh as its configuration says', async () => {
    const file = join(folder, 'config')
    const inventory = await embeddedInventory(LAB)
    writeFileSync(file, inventory ? sshConfigFor(inventory) : '')
    const asked = (node: string) => execFileSync('ssh', ['-F', file, node, 'hostname; sudo -n whoami'])
    for (const node of NODE_NAMES) expect(asked(node).toString()).toBe(`${node}\nroot\n`)
  })

  it('lets root and vagrant go from node to node without a question', async () => {
    const hop = 'ssh -o BatchMode=yes vagrant@$n "hostname; sudo -n whoami"'
    const go = `for n in controller hypervisor; do ${hop}; done`
    const asVagrant = `sudo -H -u vagrant bash -c '${go}'`
    for (const node of NODE_NAMES)
      for (const script of [go, asVagrant])
        expect((await on(node, script)).stdout).toBe('controller\nroot\nhypervisor\nroot\n')
  })

  it('runs what a learner types', async () => {
    const ran = await on(
      'hypervisor',
      `set -e
      ovs-vsctl add-br br-try -- add-port br-try try0 -- set Interface try0 type=internal
      ovs-vsctl br-exists br-try; ip link set try0 up
      ovs-vsctl --oneline add-br br-two; ovs-vsctl --may-exist add-br br-two; ovs-vsctl add-br vlan7 br-two 7
      ovs-vsctl get Interface br-try ofport; ovs-vsctl del-br br-try; ovs-vsctl del-br br-two
      sysctl -w net.ipv4.ip_forward=1; sysctl -qw net.ipv4.ip_forward=0
      ip netns add trial; ip netns exec trial ip -br link | wc -l; ip netns del trial
      timeout ${paced(10)} tcpdump -c 1 -ni eth0 icmp 2>/dev/null | grep -c . &
      ping -c 20 -i 0.1 -W 1 ${hostOf(linkFor(topology, 'management'))} >/dev/null; wait
      systemctl restart ovn-controller; systemctl is-active ovn-controller`,
    )
    expect(ran).toEqual({
      code: 0,
      stdout: '\n65534\nnet.ipv4.ip_forward = 1\n1\n1\nactive\n',
      stderr: '',
    })
  })

  it('has its own world back after a restart of Open vSwitch and of the central services', async () => {
    const restarted = await on(
      'hypervisor',
      'systemctl restart openvswitch-switch && ip -br addr show br-eth1',
    )
    expect(restarted.stdout).toContain(` ${underlayAddress(topology, 'hypervisor')}/24`)
    // A question to a server that is just going down gets no answer, and is asked again.
    const synced = await on(
      'controller',
      `systemctl stop ovn-central; systemctl start ovn-central
      timeout ${paced(60)} sh -c 'until ovn-nbctl --timeout=5 --wait=hv sync; do sleep 0.2; done' 2>/dev/null && echo synced`,
    )
    expect(synced.stdout).toBe('synced\n')
  })

  it('has its own world back after a reboot of a node, and after one was switched off', async () => {
    await on('hypervisor', 'echo kept >/root/kept')
    const init = initOf(LAB, 'hypervisor')
    await on('hypervisor', 'reboot')
    await expect.poll(() => initOf(LAB, 'hypervisor') ?? init).not.toBe(init)
    const state = async () => {
      const seen = initOf(LAB, 'hypervisor') && (await on('hypervisor', 'systemctl is-system-running'))
      return seen ? seen.stdout : ''
    }
    await expect.poll(state).toBe('running\n')
    expect((await on('controller', 'ping -c 1 -W 5 hypervisor >/dev/null && echo there')).stdout).toBe(
      'there\n',
    )
    await on('hypervisor', 'poweroff')
    await expect.poll(() => initOf(LAB, 'hypervisor')).toBe(undefined)
    const said: string[] = []
    await up(LAB, line => said.push(line.en))
    expect(said).toEqual(['Starting: hypervisor.'])
    expect((await on('hypervisor', 'cat /root/kept')).stdout).toBe('kept\n')
  })

  it('is untouched after a reset, with the keys it had', async () => {
    await on('controller', 'ovn-nbctl ls-add left; ip netns add left; touch /root/left')
    const keys = await embeddedInventory(LAB)
    await reset(LAB, quiet)
    expect(await embeddedInventory(LAB)).toEqual(keys)
    expect((await on('controller', 'ovn-nbctl show; ip netns; ls /root')).stdout).toBe('')
    expect((await on('hypervisor', 'ls /root; ovs-vsctl list-br | grep -v br-eth1')).stdout).toBe('br-int\n')
  })

  it('passes a command on with its flags, its stdin and its exit code', async () => {
    const exec = (words: string[], input?: string) =>
      ovnLab(['lab', 'exec', '--lab', LAB, 'controller', ...words], undefined, input)
    const link = await exec(['ip', '-br', 'a', 'show', 'dev', 'eth0'])
    expect(link.stdout).toMatch(/^eth0\S* +UP +/)
    expect(link.stdout).toContain(` ${managementAddress(topology, 'controller')}/24`)
    const words = await exec(['--', 'sh', '-c', 'cat; exit 42'], 'words')
    expect(words).toEqual({ code: 42, stdout: 'words', stderr: '' })
    expect((await exec(['sh', '-c', 'kill -9 $$'])).code).toBe(137)
  })

  it('ends a command on a node when it is ended itself', async () => {
    const words = ['lab', 'exec', '--lab', LAB, 'controller', 'sh', '-c', 'echo on; exec sleep 4711']
    await ovnLab(words, pid => process.kill(pid, 'SIGKILL'))
    const running = async () => (await on('controller', 'pgrep -fx "sleep 4711"')).stdout
    await expect.poll(running).toBe('')
  })

  it('leaves nothing when it goes down', async () => {
    const netns = netnsOf(LAB)
    // Both nodes, the wires, and the network beyond the physical one.
    expect(netns).toHaveLength(4)
    expect(tracesOf(LAB, netns)).not.toEqual([])
    await down(LAB, quiet)
    expect(tracesOf(LAB, netns)).toEqual([])
    expect(await hostAsItIs()).toBe(before)
  })
})

it('says in one sentence that a lab is not up, and what cannot be a name', async () => {
  const notUp = 'Lab "e-nothing" is not up: start it with npx ovn-lab lab up --lab e-nothing.\n'
  const status = await ovnLab(['lab', 'status', '--lab', 'e-nothing'])
  expect(status).toEqual({ code: 1, stdout: notUp, stderr: '' })
  const exec = await ovnLab(['lab', 'exec', '--lab', 'e-nothing', 'controller', 'true'])
  expect(exec).toEqual({ code: 3, stdout: '', stderr: notUp })
  const node = await ovnLab(['lab', 'exec', 'nowhere', 'true'])
  expect(node.stderr).toBe('There is no node "nowhere": the nodes are controller and hypervisor.\n')
  const flag = await ovnLab(['lab', 'exec', 'controller', '--lab', 'e-nothing', 'true'])
  const before =
    '--lab stands after the node, where the command begins. Flags come before it: npx ovn-lab lab exec --lab … controller COMMAND\n'
  expect(flag).toEqual({ code: 3, stdout: '', stderr: before })
  const name = await ovnLab(['lab', 'up', '--lab', 'No!'])
  const sentence = '"No!" cannot be the name of a lab: use 1 to 20 lower-case letters, digits and hyphens.\n'
  expect(name).toEqual({ code: 3, stdout: '', stderr: sentence })
})
