import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherMachinesReason } from '../../testing/part.ts'
import { type RealLab, realLab, verdictsOf } from '../../testing/real-lab.ts'
import { loadTopology } from '../../topology/load-topology.ts'
import { nodeNames } from '../../topology/topology.ts'
import { down } from '../down.ts'
import { inWorld } from '../enter.ts'
import { hostAsItIs, named, netnsOf, ovnLab, sh, tracesOf, whyNot } from '../lab.testing.ts'
import { reset } from '../reset.ts'
import { $ } from '../shell.ts'
import { status } from '../status.ts'
import { up } from '../up.ts'

const NODE_NAMES = nodeNames(await loadTopology())
const why = (await whyNot('qemu')) ?? otherMachinesReason(1)
const LAB = 'e-qemu'
const quiet = () => {}
const on = (node: string, script: string) => sh(LAB, node, script)

describe.skipIf(why)(named('a lab of virtual machines', why), () => {
  let lab: RealLab
  let before = ''
  const verdicts = async () => verdictsOf((await lab.check()).judgements, lab.lesson)

  beforeAll(async () => {
    await down(LAB, quiet)
    before = await hostAsItIs()
    lab = await realLab(LAB, undefined, { provider: 'qemu' })
  })
  afterAll(() => down(LAB, quiet))

  it('is two machines with names, ids and kernels of their own, and an untouched network', async () => {
    const look = `hostname; ovs-vsctl get Open_vSwitch . external_ids:hostname | tr -d '"'
      ovs-vsctl get Bridge br-int datapath_type; cat /sys/class/net/eth1/mtu; ls /usr/local/bin
      ip -o addr show dev eth2; ip netns; systemctl --failed --quiet
      ovs-dpctl show | grep -o 'geneve: packet_type'`
    const ids = 'cat /etc/openvswitch/system-id.conf /etc/machine-id /proc/sys/kernel/random/boot_id'
    const seen = await Promise.all(NODE_NAMES.map(async node => (await on(node, look)).stdout))
    expect(seen).toEqual(NODE_NAMES.map(node => `${node}\n${node}\nsystem\n1600\ngeneve: packet_type\n`))
    const all = await Promise.all(NODE_NAMES.map(async node => (await on(node, ids)).stdout.split('\n')))
    expect(new Set(all.flat().filter(Boolean)).size).toBe(6)
    expect(await hostAsItIs()).toBe(before)
  })

  it('says of what kind it is, and keeps to it', async () => {
    const seen = await status(LAB)
    expect(seen).toMatchObject({ isUp: true, provider: 'qemu', datapath: 'kernel' })
    expect(seen.accelerator).toMatch(/^(kvm|tcg)$/)
    const sentence = `Lab "${LAB}" is up with provider qemu: remove it first (lab down), or give the new one another name (--lab).\n`
    const other = await ovnLab(['lab', 'up', '--lab', LAB, '--provider', 'embedded'])
    expect(other).toEqual({ code: 3, stdout: '', stderr: sentence })
  })

  it('passes a command on with its stdin and its exit code, and ends it when it is ended itself', async () => {
    const exec = (words: string[], during?: (pid: number) => void) =>
      ovnLab(['lab', 'exec', '--lab', LAB, 'controller', ...words], during, 'words')
    const words = await exec(['--', 'sh', '-c', 'cat; echo "$0"; exit 42', `it's $HOME`])
    expect(words).toEqual({ code: 42, stdout: `wordsit's $HOME\n`, stderr: '' })
    expect((await exec(['sh', '-c', 'kill -9 $$'])).code).toBe(137)
    await exec(['sh', '-c', 'echo on; exec sleep 4711'], pid => process.kill(pid, 'SIGKILL'))
    const running = async () => (await on('controller', 'pgrep -fx "sleep 4711"')).stdout
    await expect.poll(running).toBe('')
  })

  it('untouched fails, solved holds, and reset is untouched again', async () => {
    const untouched = await verdicts()
    expect(new Set(Object.values(untouched))).toEqual(new Set(['holds', 'fails', 'waits']))
    for (const { id } of lab.lesson.stages) await lab.solve(id)
    expect(new Set(Object.values(await verdicts()))).toEqual(new Set(['holds']))
    await on('controller', 'touch /root/left')
    await reset(LAB, quiet)
    const left = await on('controller', 'ovn-nbctl show; ip netns; ls /root; date +%s')
    expect(Math.abs(Number(left.stdout) - Date.now() / 1000)).toBeLessThan(60)
    expect(await verdicts()).toEqual(untouched)
    // What stands on the physical network is no machine of the learner's, and stays.
    expect((await $`${inWorld(LAB, ['ss', '-Hltn', 'sport = :5432'])}`).stdout).toContain('192.168.10.1:5432')
  })

  it('has a machine that was switched off back with the disk it had, and untouched after a reset', async () => {
    await on('hypervisor', 'echo kept >/root/kept; poweroff')
    const isOn = async () => (await status(LAB)).nodes.map(node => node.isOn)
    await expect.poll(isOn).toEqual([true, false])
    const said: string[] = []
    await up(LAB, line => said.push(line.en))
    expect(said).toEqual(['Starting: hypervisor.'])
    const back = 'cat /root/kept; ip -o addr show dev eth2; ip -br addr show eth1'
    expect((await on('hypervisor', back)).stdout).toMatch(/^kept\neth1 +UP +192\.168\.33\.20\/24/)
    await on('hypervisor', 'poweroff')
    await expect.poll(isOn).toEqual([true, false])
    await reset(LAB, quiet)
    expect((await on('hypervisor', 'ls /root')).stdout).toBe('')
  })

  it('leaves nothing when it goes down', async () => {
    const netns = netnsOf(LAB)
    expect(tracesOf(LAB, netns)).not.toEqual([])
    await down(LAB, quiet)
    expect(tracesOf(LAB, netns)).toEqual([])
    expect(await hostAsItIs()).toBe(before)
  })
})
