import { expect, it } from 'vitest'
import { readStates } from './power.ts'

const line = (node: string, kind: string, value: string) => `1795457234,${node},${kind},${value}`

it.each([
  // VirtualBox, libvirt, VMware, Parallels and QEMU, each in its own words.
  ['running', 'on'],
  ['poweroff', 'halted'],
  ['shutoff', 'halted'],
  ['not_running', 'halted'],
  ['aborted', 'halted'],
  ['stopped', 'halted'],
  ['saved', 'suspended'],
  ['paused', 'suspended'],
  ['pmsuspended', 'suspended'],
  ['not_created', 'absent'],
  ['inaccessible', 'unclear'],
  ['gurumeditation', 'unclear'],
])('a machine that is %s counts as %s', (word, power) => {
  const printed = [
    line('controller', 'metadata', 'provider,libvirt'),
    line('controller', 'provider-name', 'libvirt'),
    line('controller', 'state', word),
    line('controller', 'state-human-short', 'something else'),
    '1795457234,,ui,info,Current machine states',
  ].join('\r\n')
  expect(readStates(printed, ['controller', 'hypervisor'])).toEqual([
    { node: 'controller', power, word, provider: 'libvirt' },
    { node: 'hypervisor', power: 'absent', word: 'not_created', provider: '' },
  ])
})
