import { type Text, text } from '../core/text.ts'
import { linksOf, nodeNames } from '../topology/topology.ts'
import {
  type Candidate,
  kvmNotes,
  type Problem,
  problemIf,
  tooLittleDisk,
  tooLittleMemory,
} from './candidate.ts'
import type { Facts } from './facts.ts'
import { installCommand } from './install.ts'
import { type Clash, clashes, vboxAllows } from './networks.ts'

/** Two boxes' disks beside one box, with room to grow. */
const MIB_FOR_BOXES = 6 * 1024

/** A provider of Vagrant: its name there, for people, what shows that it is here, and what else it needs. */
interface Provider {
  id: string
  name: string
  version: (facts: Facts) => string | undefined
  /** Vagrant's plugin for it; VirtualBox is built in. */
  plugin?: string
  needs: (facts: Facts) => Problem[]
  notes?: (facts: Facts) => Text[]
}

const PROVIDERS: Provider[] = [
  {
    id: 'libvirt',
    name: 'libvirt',
    // Its version says little: QEMU's counts, and the line before has it.
    version: ({ libvirt }) => (libvirt ? '' : undefined),
    plugin: 'vagrant-libvirt',
    needs: libvirtProblems,
    notes: kvmNotes,
  },
  {
    id: 'virtualbox',
    name: 'VirtualBox',
    version: ({ versions }) => versions.virtualbox,
    needs: facts => [...switchedOff(facts), ...hyperVInTheWay(facts), ...rangeRefused(facts)],
  },
  {
    id: 'parallels',
    name: 'Parallels Desktop',
    version: ({ versions }) => versions.parallels,
    plugin: 'vagrant-parallels',
    needs: switchedOff,
  },
  {
    id: 'vmware_desktop',
    name: 'VMware',
    version: ({ versions }) => versions.vmware,
    plugin: 'vagrant-vmware-desktop',
    needs: switchedOff,
  },
  {
    id: 'qemu',
    name: 'QEMU',
    version: ({ plugins, versions }) => (plugins.includes('vagrant-qemu') ? versions.qemu : undefined),
    plugin: 'vagrant-qemu',
    needs: () => [],
  },
]

/** A candidate for each hypervisor that is here; one that says which to get where there is none. */
export function vagrantCandidates(facts: Facts): Candidate[] {
  const here = PROVIDERS.filter(provider => provider.version(facts) !== undefined)
  const common = [...noVagrant(facts), ...networkProblems(facts), ...rooms(facts)]
  if (here.length === 0) return [candidateOf('Vagrant', [...common, noHypervisor(facts)])]
  return here.map(provider => ({
    ...candidateOf(`Vagrant · ${provider.name} ${provider.version(facts)}`.trim(), [
      ...common,
      ...pluginMissing(facts, provider),
      ...provider.needs(facts),
    ]),
    provider: provider.id,
    notes: provider.notes?.(facts) ?? [],
  }))
}

const candidateOf = (name: string, problems: Problem[]): Candidate => ({
  kind: 'vagrant',
  name: text(`two virtual machines with ${name}`, `用 ${name} 執行兩台虛擬機器`),
  command: 'npm run lab up -- --provider vagrant',
  problems,
  notes: [],
})

const noVagrant = (facts: Facts): Problem[] =>
  problemIf(
    facts.versions.vagrant === undefined,
    text('Vagrant is not installed.', '沒有安裝 Vagrant。'),
    installCommand(facts, 'vagrant'),
  )

/** The hypervisor that costs least to get: what Debian has, what runs on Apple's processors, else VirtualBox. */
function noHypervisor(facts: Facts): Problem {
  const isDebian = facts.packageManager === 'apt-get' || facts.packageManager === 'dnf'
  return {
    what: text(
      'No virtualization software is installed: VirtualBox, libvirt, VMware, Parallels or QEMU.',
      '沒有安裝虛擬化軟體：VirtualBox、libvirt、VMware、Parallels 或 QEMU。',
    ),
    mend: installCommand(facts, isDebian ? 'libvirt' : 'virtualbox'),
  }
}

const pluginMissing = ({ plugins, versions }: Facts, { plugin, name }: Provider): Problem[] =>
  problemIf(
    plugin !== undefined && !plugins.includes(plugin) && versions.vagrant !== undefined,
    text(
      `The Vagrant plugin for ${name} is missing: ${plugin}.`,
      `Vagrant 缺少 ${name} 的外掛程式 ${plugin}。`,
    ),
    `vagrant plugin install ${plugin}`,
  )

function rooms(facts: Facts): Problem[] {
  const { home } = facts.diskFreeMiB
  return [
    ...(home < MIB_FOR_BOXES
      ? [{ ...tooLittleDisk('~', home, MIB_FOR_BOXES), mend: 'vagrant box prune' }]
      : []),
    ...tooLittleMemory(facts, nodeNames(facts.topology).length * facts.machineMiB + 256),
  ]
}

function libvirtProblems({ libvirt }: Facts): Problem[] {
  if (!libvirt || libvirt.answers) return []
  const isRefused = /permission denied|authenti|polkit|access denied/i.test(libvirt.said)
  return [
    {
      what: text(`libvirt does not answer: ${libvirt.said}.`, `libvirt 沒有回應：${libvirt.said}。`),
      mend: isRefused
        ? 'sudo usermod -aG libvirt $USER   # then log in again'
        : 'sudo systemctl enable --now libvirtd',
    },
  ]
}

function switchedOff({ virtualisation, platform }: Facts): Problem[] {
  return problemIf(
    virtualisation === 'off',
    text(
      'Virtualization is disabled: enable Intel VT-x or AMD-V in the firmware (BIOS/UEFI). If this computer is itself a virtual machine, enable nested virtualization on its host.',
      '虛擬化沒有開啟：請在韌體（BIOS/UEFI）裡開啟 Intel VT-x 或 AMD-V。如果這台電腦本身就是虛擬機器，請在它的主機上開啟巢狀虛擬化。',
    ),
    { win32: 'shutdown /r /fw /t 0', linux: 'systemctl reboot --firmware-setup' }[platform as string] ??
      'sysctl kern.hv_support',
  )
}

const hyperVInTheWay = ({ hyperV }: Facts): Problem[] =>
  problemIf(
    hyperV === true,
    text(
      'Hyper-V blocks VirtualBox (WSL 2 and memory integrity use it too). Disable it as administrator and restart; otherwise "vagrant up" still tries, but slowly.',
      'Hyper-V 擋住了 VirtualBox（WSL 2 和記憶體完整性也會用到它）。請以系統管理員身分關閉，再重新開機；不關閉的話，「vagrant up」還是會嘗試，但很慢。',
    ),
    'bcdedit /set hypervisorlaunchtype off',
  )

/** Windows has no such list, and VirtualBox before 6.1.28 did not look. */
function rangeRefused({ platform, versions, vboxNetworks, topology }: Facts): Problem[] {
  const [major = 0, minor = 0, patch = 0] = (versions.virtualbox ?? '').split('.').map(Number)
  const looks = major > 6 || (major === 6 && (minor > 1 || (minor === 1 && patch >= 28)))
  if (platform === 'win32' || !looks) return []
  return linksOf(topology, 'physical')
    .map(({ subnet }) => subnet)
    .filter(subnet => !vboxAllows(subnet, vboxNetworks))
    .map(subnet => ({
      what: text(
        `VirtualBox allows no host-only network ${subnet}: add it to /etc/vbox/networks.conf.`,
        `VirtualBox 不允許 host-only 網路 ${subnet}：要寫進 /etc/vbox/networks.conf。`,
      ),
      mend: `sudo sh -c 'mkdir -p /etc/vbox && echo "* ${subnet}" >> /etc/vbox/networks.conf'`,
    }))
}

const networkProblems = (facts: Facts): Problem[] =>
  clashes(facts).map(clash => ({
    what: clash.isRoute
      ? text(
          `The lab's network ${clash.network} is already used by this computer: it has a route to ${clash.by} over ${clash.link} (a VPN?). Disconnect that while you use the lab.`,
          `這台電腦已經在用實驗環境的網路 ${clash.network}：它有一條經由 ${clash.link} 到 ${clash.by} 的路由（VPN？）。使用實驗環境時請先中斷這個連線。`,
        )
      : text(
          `The lab's network ${clash.network} is already used by this computer: ${clash.link} has ${clash.by}. Give that interface another network, or use the embedded lab, which has separate networks.`,
          `這台電腦已經在用實驗環境的網路 ${clash.network}：${clash.link} 的位址是 ${clash.by}。請讓這個介面改用別的網路，或使用內建實驗環境，它的網路是獨立的。`,
        ),
    mend: removal(facts.platform, clash),
  }))

/** What takes the address or the route away, until it is given again. */
function removal(platform: NodeJS.Platform, { by, link, isRoute }: Clash): string {
  const [address = ''] = by.split('/')
  if (platform === 'win32')
    return isRoute
      ? `route delete ${address}`
      : `netsh interface ipv4 delete address name="${link}" address=${address}`
  if (platform === 'darwin')
    return isRoute ? `sudo route -n delete -net ${by}` : `sudo ifconfig ${link} -alias ${address}`
  return isRoute ? `sudo ip route del ${by} dev ${link}` : `sudo ip address del ${by} dev ${link}`
}
