import { expect, it } from 'vitest'
import { loadTopology } from '../../topology/load-topology.ts'
import { linksOf, macOf } from '../../topology/topology.ts'
import { qemuArgv, type VirtualMachineSpec } from './virtual-machine.ts'

const topology = await loadTopology()
const spec: VirtualMachineSpec = {
  node: 'hypervisor',
  links: linksOf(topology).map(link => ({ ...link, mac: macOf(topology, 'hypervisor', link) })),
  arch: 'x64',
  accelerator: 'tcg',
  kernel: '/image/vmlinuz',
  initrd: '/image/initrd.img',
  disk: '/disks/hypervisor.qcow2',
  seed: '/disks/hypervisor.seed',
  monitor: '/lab/hypervisor.qmp',
  log: '/lab/hypervisor.log',
}
const line = (more: Partial<VirtualMachineSpec> = {}) => qemuArgv({ ...spec, ...more }).join(' ')

it('has the links of a container, in their order, with room for Geneve on eth1', () => {
  expect(line().match(/virtio-net-pci,\S+/g)).toEqual([
    'virtio-net-pci,netdev=eth0,mac=02:00:0a:00:02:20,host_mtu=1500',
    'virtio-net-pci,netdev=eth1,mac=02:00:c0:a8:21:20,host_mtu=1600',
    'virtio-net-pci,netdev=eth2,mac=02:00:c0:a8:0a:20,host_mtu=1500',
  ])
})

it('writes to its own disk and to nothing else, so that one snapshot holds all of it', () => {
  expect(line().match(/-drive \S+/g)).toEqual([
    '-drive file=/disks/hypervisor.qcow2,format=qcow2,if=none,id=disk,cache=unsafe,discard=unmap',
    '-drive file=/disks/hypervisor.seed,format=raw,if=none,id=seed,readonly=on',
  ])
})

it('is run by the processor where that works, else emulated with a bounded cache', () => {
  expect(line({ accelerator: 'kvm' })).toContain('-accel kvm -cpu host')
  expect(line()).toContain('-accel tcg,tb-size=256 -cpu qemu64')
  expect(line({ arch: 'arm64' })).toMatch(/^qemu-system-aarch64 .* -machine virt .* console=ttyAMA0 /)
})

it('starts in a snapshot without running on', () => {
  expect(line()).not.toContain('-loadvm')
  expect(line({ snapshot: 'untouched' })).toMatch(/ -loadvm untouched -S$/)
})
