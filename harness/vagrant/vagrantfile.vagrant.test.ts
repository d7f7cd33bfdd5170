import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostAsItIs } from '../embedded/lab.testing.ts'
import type { jsonProof } from '../prove/tell-json.ts'
import { ensureBox } from './testing/build-box.ts'
import { startWorld, tracesOfWorld, type World, whyNoVagrant } from './testing/world.ts'

const why = await whyNoVagrant()
const NODES = ['controller', 'hypervisor']

// The Vagrantfile as a learner uses it, on virtual machines whose processor is emulated: minutes, one after the other.
describe.skipIf(why)(`the Vagrantfile, with libvirt${why ? ` (skipped: ${why})` : ''}`, () => {
  let world: World
  let before = ''

  const on = (node: string, script: string) =>
    world.run(['node', 'harness/ovn-lab.mjs', 'lab', 'exec', '--lab', 'vagrant', node, 'sh', '-c', script])
  /** `claim: verdict`, as the command reports it. */
  async function verdicts(): Promise<Record<string, string>> {
    const file = join(world.folder, 'report.json')
    await world.ovnLab(`check day-06 --json ${file}`)
    const { stages } = JSON.parse(readFileSync(file, 'utf8')) as {
      stages: { claims: { id: string; verdict: string }[] }[]
    }
    return Object.fromEntries(stages.flatMap(stage => stage.claims).map(({ id, verdict }) => [id, verdict]))
  }
  const counted = (found: Record<string, string>) => {
    const sum: Record<string, number> = {}
    for (const verdict of Object.values(found)) sum[verdict] = (sum[verdict] ?? 0) + 1
    return sum
  }

  beforeAll(async () => {
    before = await hostAsItIs()
    const box = await ensureBox(console.log)
    world = await startWorld()
    const added = await world.run(['vagrant', 'box', 'add', '--name', 'ovn-lab-test', box])
    expect(added.code, added.stderr).toBe(0)
  })
  afterAll(async () => {
    await world?.end()
  })

  it('makes two machines with one command, and the learner has chosen them', async () => {
    const { code, stdout, stderr } = await world.ovnLab('lab up --provider vagrant --lang en')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toContain('Lab "vagrant" is up.\nFrom now on commands without --lab mean these machines')
    const status = await world.ovnLab('lab status --lang en')
    expect(status.stdout).toMatch(/^Lab "vagrant" is up \(libvirt\)\.\n {2}controller {2}on /)
    expect(status.code).toBe(0)
    console.log(status.stdout)
  })

  it('are what the lessons say: names, links, ids, the kernel’s datapath', async () => {
    for (const node of NODES) {
      const asked = await on(
        node,
        `ls -d /sys/class/net/eth[0-9] | xargs -n 1 basename | xargs; hostname; ip -br -4 addr show dev eth1
        ip -br addr show dev eth2; ovs-vsctl get Open_vSwitch . external_ids:hostname; ovs-vsctl list-br
        ls -d /sys/module/openvswitch; cat /etc/hosts | grep -c 127.0.1.1; systemctl --failed --quiet`,
      )
      const last = node === 'controller' ? 10 : 20
      expect(asked.stdout.replaceAll(/ +/g, ' ').replaceAll('"', '')).toBe(
        `eth0 eth1 eth2\n${node}\neth1 UP 192.168.33.${last}/24 \neth2 DOWN \n${node}\nbr-int\n/sys/module/openvswitch\n0\n`,
      )
    }
    const hop = await on(
      'controller',
      'sudo -u vagrant -H ssh -o BatchMode=yes hypervisor "hostname; sudo -n whoami"',
    )
    expect(hop).toEqual({ code: 0, stdout: 'hypervisor\nroot\n', stderr: '' })
  })

  it('pass a command on with its stdin and its exit code', async () => {
    const passed = await world.run(
      ['node', 'harness/ovn-lab.mjs', 'lab', 'exec', 'controller', '--', 'sh', '-c', 'cat; pwd; exit 42'],
      'words\n',
    )
    expect(passed).toEqual({ code: 42, stdout: 'words\n/root\n', stderr: '' })
    const killed = await on('controller', 'kill -9 $$')
    expect(killed.code).toBe(137)
  })

  let untouched: Record<string, string> = {}
  const allHold = () => ({ holds: Object.keys(untouched).length })

  it('are untouched, then solved', async () => {
    untouched = await verdicts()
    console.log('untouched', counted(untouched))
    expect(counted(untouched).unknown).toBe(undefined)
    const solved = await world.ovnLab('solve day-06 --lang en')
    expect(solved.code, solved.stdout + solved.stderr).toBe(0)
    const after = await verdicts()
    console.log('solved', counted(after))
    expect(counted(after)).toEqual(allHold())
  })

  it('are called by what is wrong with them, and provisioning undoes no work', async () => {
    const fill = 'fallocate -l $(df --output=avail -B1 / | tail -n 1) /fill'
    const id = (await on('controller', 'cat /etc/openvswitch/system-id.conf')).stdout.trim()
    await on(
      'hypervisor',
      `cd /etc/openvswitch; cp system-id.conf /root/id; echo ${id} >system-id.conf; rm /var/lib/ovn-lab/provisioned; ${fill}`,
    )
    const { code, stdout } = await world.ovnLab('lab status --lang en')
    expect(code).toBe(1)
    expect(stdout).toContain('hypervisor is half provisioned')
    expect(stdout).toContain('The disk of hypervisor is full')
    expect(stdout).toContain('Both machines have the same Open vSwitch system-id')
    const refused = await world.ovnLab('lab up --lang en')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('→ vagrant ssh hypervisor')])
    await on('hypervisor', 'rm /fill; cp /root/id /etc/openvswitch/system-id.conf')
    const mended = await world.ovnLab('lab up --lang en')
    expect(mended.code, mended.stdout + mended.stderr).toBe(0)
    expect(mended.stdout).toContain('It is provisioned again (vagrant provision hypervisor).')
    expect(counted(await verdicts())).toEqual(allHold())
  })

  it('are untouched again after a reset', async () => {
    const reset = await world.ovnLab('lab reset --lang en')
    expect(reset.code, reset.stderr).toBe(0)
    expect(await verdicts()).toEqual(untouched)
  })

  it('come back from a suspension as they were', async () => {
    await world.run(['vagrant', 'suspend', 'hypervisor'])
    const status = await world.ovnLab('lab status --lang en')
    expect([status.code, status.stdout]).toEqual([
      1,
      expect.stringMatching(/hypervisor is suspended \(\w+\)\./),
    ])
    const up = await world.ovnLab('lab up --lang en')
    expect(up.stdout).toMatch(/hypervisor is suspended \(\w+\), and is started again\./)
    expect(up.code, up.stderr).toBe(0)
    expect(await verdicts()).toEqual(untouched)
  })

  it('come back from a halt with the links they had', async () => {
    await world.run(['vagrant', 'halt', 'hypervisor'])
    const status = await world.ovnLab('lab status --lang en')
    expect([status.code, status.stdout]).toEqual([
      1,
      expect.stringContaining('hypervisor is halted (shutoff).'),
    ])
    const up = await world.ovnLab('lab up --lang en')
    expect(up.stdout).toContain('hypervisor is halted (shutoff) and is started again.')
    expect(up.code, up.stderr).toBe(0)
    const links = await on('hypervisor', 'ip -br -4 addr show dev eth1; ip -br addr show dev eth2')
    expect(links.stdout.replaceAll(/ +/g, ' ')).toBe('eth1 UP 192.168.33.20/24 \neth2 DOWN \n')
  })

  it('give the verdicts of the embedded lab', async () => {
    const file = join(world.folder, 'proof.json')
    // Both solutions, and some of the faults: a whole proof takes an hour.
    const { code, stdout, stderr } = await world.ovnLab(
      `prove day-06 --labs embedded,vagrant --shard 1/16 --json ${file} --lang en`,
    )
    console.log(stdout.slice(stdout.lastIndexOf('embedded and vagrant')))
    const { lessons, comparisons } = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof jsonProof>
    expect(
      lessons.map(({ labs, verdict }) => ({ labs, verdict })),
      stdout + stderr,
    ).toEqual([
      { labs: 'embedded', verdict: 'holds' },
      { labs: 'vagrant', verdict: 'holds' },
    ])
    const [comparison] = comparisons
    expect(comparison?.labs).toEqual(['embedded', 'vagrant'])
    expect(comparison?.states).toBeGreaterThanOrEqual(5)
    expect(comparison?.differences.filter(({ why: reason }) => reason === undefined)).toEqual([])
    expect(code).toBe(0)
    expect(await verdicts()).toEqual(untouched)
  })

  it('are gone after down, with everything the test made', async () => {
    const down = await world.ovnLab('lab down --lang en')
    expect(down.code, down.stderr).toBe(0)
    expect((await world.ovnLab('lab status --lab vagrant --lang en')).stdout).toContain(
      'controller is not created.',
    )
    expect(
      (await world.run(['virsh', '--connect', 'qemu:///system', 'list', '--all', '--name'])).stdout.trim(),
    ).toBe('')
    await world.end()
    expect(tracesOfWorld(world.folder)).toEqual([])
    expect(await hostAsItIs()).toBe(before)
  })
})
