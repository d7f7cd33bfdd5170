import { expect, it } from 'vitest'
import { loadTopology } from '../topology/load-topology.ts'
import { type LabStatus, statusLines } from './status.ts'

const seen: LabStatus = {
  name: 'mine',
  isUp: true,
  topology: await loadTopology(),
  nodes: [
    { name: 'controller', isOn: true },
    { name: 'hypervisor', isOn: false },
  ],
  datapath: 'kernel',
  versions: { ovs: '3.5.0', ovn: '25.03.0', debian: '13.1' },
}
const english = (status: LabStatus) => statusLines(status).map(line => line.en)

it('says what a lab is made of and how to enter it', () => {
  expect(english(seen)).toEqual([
    'Lab "mine" is up.',
    '  controller  on   eth0 10.0.2.10  eth1 192.168.33.10  eth2 physical network, no address',
    '  hypervisor  OFF  eth0 10.0.2.20  eth1 192.168.33.20  eth2 physical network, no address',
    '  the physical network 192.168.10.0/24 has 192.168.10.1, with PostgreSQL on TCP port 5432',
    '  behind 192.168.10.1, the server 203.0.113.10 tells on TCP port 80 from which address it is asked',
    'Open vSwitch 3.5.0 · OVN 25.03.0 · Debian 13.1',
    'Datapath: the kernel module openvswitch.',
    'Enter: npx ovn-lab lab shell --lab mine controller · remove: npx ovn-lab lab down --lab mine',
  ])
})

it('says what differs on the userspace datapath', () => {
  const wrapper = expect.stringContaining('datapath_type=netdev')
  expect(english({ ...seen, datapath: 'userspace' })).toContainEqual(wrapper)
  expect(english(seen)).not.toContainEqual(wrapper)
})

it('says who runs virtual machines, and their kernel', () => {
  const versions = { ovs: '3.5.0', ovn: '25.03.0', debian: '13.1', kernel: '6.12.1-cloud-amd64' }
  const lines = english({ ...seen, provider: 'qemu', accelerator: 'kvm', versions })
  expect(lines).toContain('Open vSwitch 3.5.0 · OVN 25.03.0 · Debian 13.1 · Linux 6.12.1-cloud-amd64')
  expect(lines).toContain('The nodes are virtual machines of QEMU. They use hardware virtualization (KVM).')
  expect(english({ ...seen, provider: 'qemu', accelerator: 'tcg' }).join()).toContain('emulated in software')
})

it('says in one sentence that a lab is not up', () => {
  expect(english({ name: 'embedded', isUp: false, nodes: [] })).toEqual([
    'Lab "embedded" is not up: start it with npx ovn-lab lab up.',
  ])
})
