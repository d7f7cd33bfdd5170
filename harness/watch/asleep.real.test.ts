import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { type HostileLab, hostileLab } from '../testing/hostile/hostile-lab.ts'
import { paced } from '../testing/paced.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason } from '../testing/real-lab.ts'

const LAB = 'v-asleep'
/** Longer than a node may be silent, and than ssh waits for an answer to its keepalives. */
const ASLEEP_MS = 20_000
const UNMAP = 'ovs-vsctl remove Open_vSwitch . external_ids ovn-bridge-mappings'
const MAP = 'ovs-vsctl set Open_vSwitch . external_ids:ovn-bridge-mappings=flat0:br-eth2'

const notHere = noLabReason || otherTurn(3)

describe.skipIf(notHere)(`a computer that sleeps while a lesson is watched${notHere}`, () => {
  let lab: HostileLab
  let child: ChildProcess
  let output = ''
  /** What was printed since the last call of `from`. */
  const said = () => output
  const from = () => {
    output = ''
  }
  /** The whole process is stopped meanwhile, as it is while its computer sleeps. */
  const asleep = async (meanwhile: () => Promise<unknown>) => {
    process.kill(child.pid!, 'SIGSTOP')
    const since = performance.now()
    await meanwhile()
    await pause(ASLEEP_MS - (performance.now() - since))
    process.kill(child.pid!, 'SIGCONT')
  }
  const title = (id: string) =>
    lab.lesson.stages.flatMap(({ claims }) => claims).find(claim => claim.id === id)!.title.en
  const tells = (verdict: string, id: string) =>
    expect.poll(said, { timeout: paced(30_000) }).toContain(`${verdict}: ${title(id)}`)

  beforeAll(async () => {
    lab = await hostileLab(LAB)
    const words = ['check', 'day-06', '--watch', '--plain', '--lab', LAB, '--lang', 'en']
    child = spawn(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...words], {
      env: { ...process.env, OVN_LAB_PROGRESS: 'off' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout!.on('data', chunk => {
      output += chunk
    })
  })
  afterAll(async () => {
    if (child && child.exitCode === null) {
      child.kill('SIGCONT')
      child.kill('SIGINT')
      await once(child, 'exit')
    }
    await lab?.down()
  })

  const isTakenBack = async () => {
    from()
    await lab.inside('hypervisor', MAP)
    await tells('holds', 'no-geneve-hypervisor')
    expect(said()).not.toContain('fails: ')
  }

  it('tells what changed meanwhile, where connections outlived it', async () => {
    await expect.poll(said, { timeout: paced(30_000) }).toContain('30 of 30 claims hold')
    from()
    await asleep(() => lab.inside('hypervisor', UNMAP))
    await tells('fails', 'mapping-hypervisor')
    await tells('waits', 'ping-ns2-ns1')
    await isTakenBack()
  })

  it('tells what changed meanwhile, where the connection to that node was lost without a word', async () => {
    from()
    await asleep(async () => {
      // What the node sends while its link is down, the end of the connection too, gets nowhere.
      await lab.inside('hypervisor', 'ip link set eth0 down')
      await lab.inside('hypervisor', "pkill -f '^sshd.*: vagrant'")
      await lab.inside('hypervisor', UNMAP)
      await lab.inside('hypervisor', 'ip link set eth0 up')
    })
    await tells('fails', 'mapping-hypervisor')
    await tells('waits', 'ping-ns2-ns1')
    // Nothing was held against anybody for what could not be seen.
    expect(said().match(/^\S+ fails: .*/gm)).toHaveLength(1)
    await isTakenBack()
  })

  it('says of a lab that did not change that all of it holds, and runs on', async () => {
    from()
    await asleep(() => lab.inside('controller', "pkill -f '^sshd.*: vagrant'"))
    await expect.poll(said, { timeout: paced(30_000) }).toContain('controller')
    await tells('holds', 'no-geneve-hypervisor')
    expect(said()).not.toContain('fails: ')
  })
})
