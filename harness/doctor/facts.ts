import type { Text } from '../core/text.ts'
import type { Topology } from '../topology/topology.ts'

/** What can run one kind of lab, beside Node. */
export const PROGRAMS = ['vagrant', 'virtualbox', 'vmware', 'parallels', 'qemu'] as const
export type Program = (typeof PROGRAMS)[number]

/** A way to install something, as each system has its own. */
export type PackageManager = 'apt-get' | 'dnf' | 'pacman' | 'zypper' | 'brew' | 'winget'

/** A kind of lab that brings what it needs along: why it cannot run here, or the packages it would install first. */
export interface OwnKind {
  why?: Text
  packages: string[]
}

/** What was found on a computer. Plain data, so that those of other computers can be judged anywhere. */
export interface Facts {
  platform: NodeJS.Platform
  arch: string
  /** Without its `v`. */
  node: string
  memoryMiB: number
  /** What programs could have at once; absent where the system does not tell. */
  availableMiB?: number
  /** Free where Vagrant keeps boxes and disks, and where the embedded lab keeps its image. */
  diskFreeMiB: { home: number; cache: number }
  /** Whether the processor lets virtual machines run by themselves. `unknown`: nobody told. */
  virtualisation: 'on' | 'off' | 'unknown'
  /** Linux: whether this user may use /dev/kvm. */
  kvm?: 'opens' | 'refused' | 'missing'
  /** Windows: its own hypervisor runs (Hyper-V, WSL 2, memory integrity). */
  hyperV?: boolean
  /** The machines it is judged for. */
  topology: Topology
  addresses: { link: string; cidr: string; mac: string }[]
  routes: { network: string; link: string }[]
  /** The version of each program that is there; `?` where it does not tell. */
  versions: Partial<Record<Program, string>>
  /** Vagrant's plugins, by name. */
  plugins: string[]
  /** Linux: whether libvirt answers this user; absent where it is not installed. */
  libvirt?: { answers: boolean; said: string }
  /** /etc/vbox/networks.conf; absent where there is none. */
  vboxNetworks?: string
  packageManager?: PackageManager
  embedded: OwnKind
  qemu: OwnKind
  /** A file .ovn-lab.yaml names machines of the learner's own. */
  hasInventory: boolean
  /** Memory for each virtual machine, as OVN_LAB_MEMORY has it. */
  machineMiB: number
}
