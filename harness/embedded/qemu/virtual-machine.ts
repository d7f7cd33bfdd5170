import type { Accelerator } from '../state.ts'

/** What a virtual machine is made of. Paths are files of the host. */
export interface VirtualMachineSpec {
  node: string
  /** In the order of their names. */
  links: { name: string; mac: string; mtuBytes: number }[]
  arch: NodeJS.Architecture
  accelerator: Accelerator
  kernel: string
  initrd: string
  /** The qcow2 file it writes to. */
  disk: string
  /** A tar file: what makes it this node and no other. */
  seed: string
  monitor: string
  /** Where its console is written to. */
  log: string
  /** Name of a snapshot to start in, stopped. */
  snapshot?: string
}

/** Memory of one virtual machine. */
export const MEMORY_MIB = 512
/** Where QEMU keeps translated code; its own default is 1 GiB. */
export const TRANSLATIONS_MIB = 256

/** What differs between processors. */
const QEMU = {
  x64: { program: 'qemu-system-x86_64', package: 'qemu-system-x86', machine: 'pc', console: 'ttyS0' },
  arm64: { program: 'qemu-system-aarch64', package: 'qemu-system-arm', machine: 'virt', console: 'ttyAMA0' },
}

/** QEMU for a processor; undefined where the lab has no virtual machines for it. */
export const qemuFor = (arch: NodeJS.Architecture) =>
  arch === 'x64' || arch === 'arm64' ? QEMU[arch] : undefined

/** The flags that say who runs the instructions. The plainest processor is emulated fastest (seen: boots in 8 s, not 10). */
export const accelerated = (accelerator: Accelerator, arch: NodeJS.Architecture): string[] => {
  if (accelerator === 'kvm') return ['-accel', 'kvm', '-cpu', 'host']
  const plainest = arch === 'arm64' ? 'cortex-a57' : 'qemu64'
  return ['-accel', `tcg,tb-size=${TRANSLATIONS_MIB}`, '-cpu', plainest]
}

/** The command line (argv) of QEMU for one node. Names of links follow the order of the devices (net.ifnames=0). */
export function qemuArgv(spec: VirtualMachineSpec): string[] {
  const { node, arch, accelerator, disk, seed } = spec
  const kind = qemuFor(arch)
  if (!kind) throw new TypeError(`no QEMU machine for ${arch}`)
  // Nobody but its learner is on a node: what guards users from each other only makes an emulated processor slower.
  const plain = 'mitigations=off audit=0 apparmor=0 selinux=0'
  const console = `console=${kind.console} quiet loglevel=3 systemd.show_status=error`
  const links = spec.links.flatMap(({ name, mac, mtuBytes }) => [
    '-netdev',
    `tap,id=${name},ifname=${node}-${name},script=no,downscript=no`,
    '-device',
    `virtio-net-pci,netdev=${name},mac=${mac},host_mtu=${mtuBytes}`,
  ])
  return [
    kind.program,
    ...['-name', node, '-no-user-config', '-nodefaults', '-display', 'none'],
    ...['-machine', kind.machine, ...accelerated(accelerator, arch)],
    ...['-m', String(MEMORY_MIB), '-smp', '1', '-rtc', 'base=utc'],
    ...['-kernel', spec.kernel, '-initrd', spec.initrd],
    ...['-append', `root=/dev/vda rw net.ifnames=0 ${plain} ${console} init=/usr/local/lib/ovn-lab/sow`],
    ...['-chardev', `file,id=console,path=${spec.log},append=on`, '-serial', 'chardev:console'],
    ...['-qmp', `unix:${spec.monitor},server=on,wait=off`],
    // Without what would be waited for at start, such as random numbers for sshd.
    ...['-object', 'rng-random,id=rng,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng'],
    // unsafe: a lab need not outlive a power cut of the host, and each commit of a database would wait for its disk.
    ...['-drive', `file=${disk},format=qcow2,if=none,id=disk,cache=unsafe,discard=unmap`],
    ...['-device', 'virtio-blk-pci,drive=disk'],
    // Read-only, so that a snapshot may leave it out.
    ...['-drive', `file=${seed},format=raw,if=none,id=seed,readonly=on`],
    ...['-device', 'virtio-blk-pci,drive=seed'],
    ...links,
    ...(spec.snapshot === undefined ? [] : ['-loadvm', spec.snapshot, '-S']),
  ]
}
