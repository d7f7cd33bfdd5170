import { describe, expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { LANGS, text } from '../core/text.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { type Looks, readFacts } from './look.ts'
import type { MachineState, Power } from './power.ts'
import { reportLines } from './status.ts'
import { troublesOf } from './troubles.ts'

const topology = await loadTopology()

const state = (node: string, power: Power, word: string): MachineState => ({
  node,
  power,
  word,
  provider: 'libvirt',
})
const BOTH_ON = [state('controller', 'on', 'running'), state('hypervisor', 'on', 'running')]

const facts = (node: string, change: Record<string, string> = {}) => {
  const said: Record<string, string> = {
    provisioned: 'yes',
    node,
    free: '1500',
    id: `id-of-${node}`,
    ovs: '3.5.0',
    ovn: '25.03.0',
    system: 'Debian GNU/Linux 13 (trixie)',
    kernel: '6.12.48',
    ...change,
  }
  return readFacts(
    Object.entries(said)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(''),
  )
}
const WELL: Looks = { controller: facts('controller'), hypervisor: facts('hypervisor') }
const told = (states: MachineState[], looks: Looks) =>
  troublesOf(states, looks).map(({ kind, what, mend }) => [kind, what.en, mend])

it('finds nothing wrong with two machines that are well', () => {
  expect(told(BOTH_ON, WELL)).toEqual([])
  expect(reportLines({ states: BOTH_ON, looks: WELL, troubles: [], topology }).map(line => line.en)).toEqual([
    'Lab "vagrant" is up (libvirt).',
    '  controller  on   eth1 192.168.33.10  eth2 physical network',
    '  hypervisor  on   eth1 192.168.33.20  eth2 physical network',
    'Open vSwitch 3.5.0 · OVN 25.03.0 · Debian GNU/Linux 13 (trixie)',
    'Datapath: the kernel module openvswitch of Linux 6.12.48.',
    'Enter: npx ovn-lab lab shell --lab vagrant controller · remove: npx ovn-lab lab down --lab vagrant',
  ])
})

describe('each trouble is named, with the one command that mends it', () => {
  const UP = 'npm run lab up -- --provider vagrant'
  it.each<[Power, string, string, string]>([
    ['absent', 'not_created', 'hypervisor is not created.', UP],
    ['halted', 'shutoff', 'hypervisor is halted (shutoff).', UP],
    ['suspended', 'paused', 'hypervisor is suspended (paused).', UP],
    [
      'unclear',
      'inaccessible',
      'hypervisor is in a state that you have to look at yourself (inaccessible).',
      'vagrant status hypervisor',
    ],
  ])('%s', (power, word, what, mend) => {
    const states = [state('controller', 'on', 'running'), state('hypervisor', power, word)]
    expect(told(states, { controller: facts('controller') })).toEqual([[power, what, mend]])
  })

  it('a machine that is on and does not answer', () => {
    const silent = new CannotLook(text('no SSH banner', '沒有 SSH banner'))
    expect(told(BOTH_ON, { ...WELL, hypervisor: silent })).toEqual([
      ['silent', 'hypervisor is on, but cannot be inspected (no SSH banner).', 'vagrant reload hypervisor'],
    ])
  })

  it.each([
    [
      'unfinished',
      { provisioned: '', node: '', ovs: '', id: '' },
      'hypervisor is only half provisioned: its setup was interrupted.',
      'vagrant provision hypervisor',
    ],
    [
      'disk',
      { free: '12' },
      'The disk of hypervisor is full: 12 MiB are free.',
      `vagrant ssh hypervisor -c "sudo sh -c 'apt-get clean; journalctl --vacuum-size=8M'"`,
    ],
  ])('%s', (kind, change, what, mend) => {
    expect(told(BOTH_ON, { ...WELL, hypervisor: facts('hypervisor', change) })).toEqual([[kind, what, mend]])
  })

  it('two machines with one system-id', () => {
    const twin = facts('hypervisor', { id: 'id-of-controller' })
    expect(told(BOTH_ON, { ...WELL, hypervisor: twin })).toEqual([
      [
        'twin',
        'Both machines have the same Open vSwitch system-id (id-of-controller): one was cloned from the other, and OVN takes them for one chassis.',
        `vagrant ssh hypervisor -c "sudo sh -c 'rm /etc/openvswitch/system-id.conf; systemctl restart openvswitch-switch ovn-controller'"`,
      ],
    ])
  })

  it('in both languages, with the machine that is off', () => {
    const states = [state('controller', 'on', 'running'), state('hypervisor', 'halted', 'shutoff')]
    const looks = { controller: facts('controller') }
    const lines = reportLines({ states, looks, troubles: troublesOf(states, looks), topology })
    expect(lines.map(line => line.en)).toContain('  hypervisor  OFF  shutoff')
    expect(lines.map(line => line['zh-TW'])).toContain('hypervisor 已關機（shutoff）。')
    for (const line of lines) for (const lang of LANGS) expect(line[lang]).not.toBe('')
  })
})
