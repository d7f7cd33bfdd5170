import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../../harness/core/checkout.ts'
import { Lab } from '../../harness/look/lab.ts'
import { type Recording, replay } from '../../harness/look/recording.ts'
import { evidence, honest, kernel, plugIn, programs, read, reasons, topology } from '../testing/forged.ts'
import type { OvsTables } from '../testing/recorded.ts'
import distrust from './distrust.ts'

const recordings = readdirSync(join(checkout, 'lessons')).flatMap(lesson => {
  const folder = join(checkout, 'lessons', lesson, 'recordings')
  try {
    return readdirSync(folder).map(file => join(folder, file))
  } catch {
    return []
  }
})

describe('machines that nobody forged', () => {
  it.each(recordings.map(file => [file.slice(checkout.length + 1), file]))(
    '%s is believed',
    async (_, file) => {
      expect(await distrust(new Lab(replay(read(file)), topology))).toEqual([])
    },
  )

  it('are believed with programs of their packages, of their own making, or without a package manager', async () => {
    const unknown = { name: 'ip', path: '/usr/local/sbin/ip', file: '/usr/local/sbin/ip' }
    expect(await reasons(recorded => programs(recorded, {}))).toEqual([])
    expect(
      await reasons(recorded =>
        programs(recorded, { files: [unknown], preloaded: [{ into: '', file: '/x.so' }] }),
      ),
    ).toEqual([])
  })

  it('are believed where they did not answer', async () => {
    const nothing: Recording = {
      schema: 1,
      lab: 'x',
      takenAt: '',
      nodes: ['controller', 'hypervisor'],
      answers: [],
    }
    expect(await distrust(new Lab(replay(nothing), topology))).toEqual([])
  })

  it('are believed while ovs-vswitchd is behind its database, could not make a bridge of it, or does not run', async () => {
    const stale = (recorded: Recording) => {
      plugIn(recorded).ofport = [7]
      plugIn(recorded).ifindex = [77]
    }
    const isBehind = (recorded: Recording) => {
      stale(recorded)
      evidence<OvsTables>(recorded, 'database', 'hypervisor', 'Open_vSwitch').Open_vSwitch[0].next_cfg += 1
    }
    const isDead = (recorded: Recording) => {
      stale(recorded)
      kernel(recorded).daemons = ['ovsdb-server']
    }
    // `datapath_type` of a datapath that the machine does not have: seen on a real one.
    const hasNoBridge = (recorded: Recording) => {
      kernel(recorded).datapath = kernel(recorded).datapath!.filter(({ bridge }) => bridge !== 'br-int')
    }
    expect(await reasons(hasNoBridge)).toEqual([])
    expect(await reasons(isBehind)).toEqual([])
    expect(await reasons(isDead)).toEqual([])
  })
})

describe('a port whose number is another one in the database than in ovs-vswitchd', () => {
  const asked = { look: 'database', node: 'hypervisor', database: 'Open_vSwitch' }
  const later = (change: object) => (recorded: Recording) => {
    Object.assign(plugIn(recorded), { ofport: [7] })
    const tables = evidence<OvsTables>(recorded, 'database', 'hypervisor', 'Open_vSwitch')
    const answer = structuredClone(tables)
    Object.assign(answer.Interface.find(({ name }) => name === 'veth-ns2-br')!, change)
    recorded.answers.push({ request: { ...asked, again: true }, evidence: answer } as never)
  }

  it('is nothing where it was made anew meanwhile, as OVN does all the time where two chassis have one name', async () => {
    expect(await reasons(later({ _uuid: '00000000-0000-4000-8000-000000000001', ofport: [9] }))).toEqual([])
    expect(await reasons(later({ ofport: [2] }))).toEqual([])
  })

  it('is a contradiction where it stayed so', async () => {
    expect(await reasons(later({}))).toEqual([
      'hypervisor: the database says that veth-ns2-br is port 7 of br-int, and ovs-vswitchd that it is port 2',
    ])
  })
})

describe('facts that cannot all be true', () => {
  it.each<[string, (recorded: Recording) => void, string]>([
    [
      'a port has another number in the database than in ovs-vswitchd',
      recorded => Object.assign(plugIn(recorded), { ofport: [7] }),
      'hypervisor: the database says that veth-ns2-br is port 7 of br-int, and ovs-vswitchd that it is port 2',
    ],
    [
      'ovs-vswitchd has no such port',
      recorded => {
        kernel(recorded).datapath = kernel(recorded).datapath!.filter(({ name }) => name !== 'veth-ns2-br')
      },
      'hypervisor: the database says that veth-ns2-br is port 2 of br-int, and ovs-vswitchd that it is not there',
    ],
    [
      'a link has another number to the kernel',
      recorded => Object.assign(plugIn(recorded), { ifindex: [77] }),
      'hypervisor: veth-ns2-br is interface 77 to ovs-vswitchd, and interface 8 to the kernel',
    ],
    [
      'a link has another MAC to the kernel',
      recorded => Object.assign(plugIn(recorded), { mac_in_use: ['02:00:00:00:00:01'] }),
      'hypervisor: veth-ns2-br has MAC 02:00:00:00:00:01 to ovs-vswitchd, and 16:73:96:fd:89:15 to the kernel',
    ],
    [
      'a link of the kernel’s datapath is in a bridge of Linux',
      recorded => {
        const { links, datapath } = kernel(recorded)
        links.push({ ...links[1]!, name: 'lbr', index: 99 })
        Object.assign(links.find(({ name }) => name === 'veth-ns2-br')!, { master: 'lbr' })
        for (const port of datapath!) if (port.name === 'veth-ns2-br') port.datapath = 'system@ovs-system'
      },
      "hypervisor: ovs-vswitchd has veth-ns2-br in the kernel's datapath, and to the kernel it is in lbr",
    ],
    [
      'two interfaces have one number',
      recorded => Object.assign(kernel(recorded).links[2]!, { index: 2 }),
      'hypervisor: two interfaces have the name eth1 or the number 2',
    ],
    [
      'a link is in one that is not there',
      recorded => Object.assign(kernel(recorded).netns.ns2![1]!, { master: 'br0' }),
      'hypervisor · ns2: eth0 is said to be in br0, which is not there',
    ],
    [
      'the ends of a pair do not agree',
      recorded => {
        const [first] = kernel(recorded).links
        const pair = [
          { ...first!, name: 'one', index: 50, kind: 'veth', peerIndex: 51 },
          { ...first!, name: 'two', index: 51, kind: 'veth', peerIndex: 52 },
        ]
        kernel(recorded).links.push(...pair)
      },
      'hypervisor: two is said to be the other end of one, but not one that of two',
    ],
  ])('%s', async (_, forge, sentence) => {
    expect(await reasons(forge)).toContain(sentence)
  })

  it('two nodes are one machine', async () => {
    const sentence = `controller and hypervisor are one machine: both have the same boot number (${honest.boot}) and the same network namespace`
    const told = await reasons(recorded => {
      programs(recorded, {}, 'controller')
      programs(recorded, {})
    })
    expect(told).toEqual([sentence])
    const apart = await reasons(recorded => {
      programs(recorded, { netns: 'net:[2]' }, 'controller')
      programs(recorded, {})
    })
    expect(apart).toEqual([])
  })
})
