import type { Facts, PackageManager, Program } from './facts.ts'

/** What can be installed with one command: the programs, libvirt with its plugin, and Node. */
type Wanted = Program | 'libvirt' | 'node'

const QEMU = { x64: 'qemu-system-x86', arm64: 'qemu-system-arm' }

const PACKAGES: Record<PackageManager, Partial<Record<Wanted, string>>> = {
  'apt-get': {
    vagrant: 'vagrant',
    virtualbox: 'virtualbox',
    libvirt: 'vagrant vagrant-libvirt libvirt-daemon-system qemu-system-x86',
    qemu: 'qemu-system-x86',
  },
  dnf: {
    vagrant: 'vagrant',
    libvirt: 'vagrant vagrant-libvirt libvirt-daemon-kvm',
    qemu: 'qemu-system-x86-core',
    node: 'nodejs',
  },
  pacman: {
    vagrant: 'vagrant',
    virtualbox: 'virtualbox',
    libvirt: 'vagrant libvirt qemu-base dnsmasq',
    qemu: 'qemu-base',
    node: 'nodejs npm',
  },
  zypper: { vagrant: 'vagrant', virtualbox: 'virtualbox', libvirt: 'vagrant-libvirt libvirt-daemon-qemu' },
  brew: {
    vagrant: '--cask vagrant',
    virtualbox: '--cask virtualbox',
    vmware: '--cask vmware-fusion',
    qemu: 'qemu',
    node: 'node@24',
  },
  winget: {
    vagrant: 'HashiCorp.Vagrant',
    virtualbox: 'Oracle.VirtualBox',
    node: 'OpenJS.NodeJS.LTS',
  },
}

const INSTALL: Record<PackageManager, string> = {
  // Lists older than the mirror name packages it no longer has.
  'apt-get': 'sudo apt-get update && sudo apt-get install -y',
  dnf: 'sudo dnf install -y',
  pacman: 'sudo pacman -S --noconfirm',
  zypper: 'sudo zypper install -y',
  brew: 'brew install',
  winget: 'winget install --exact --id',
}

/** Where to get what no package manager of this computer has. */
const PAGES: Record<Wanted, string> = {
  vagrant: 'https://developer.hashicorp.com/vagrant/install',
  virtualbox: 'https://www.virtualbox.org/wiki/Downloads',
  libvirt: 'https://vagrant-libvirt.github.io/vagrant-libvirt/installation.html',
  vmware: 'https://www.vmware.com/products/desktop-hypervisor/workstation-and-fusion',
  parallels: 'https://www.parallels.com/products/desktop/',
  qemu: 'https://www.qemu.org/download/',
  node: 'https://nodejs.org/en/download',
}

/** The one command that installs it on this computer; a page to get it from where no command can. */
export function installCommand({ packageManager, arch }: Facts, wanted: Wanted): string {
  const packages = packageManager && PACKAGES[packageManager][wanted]
  if (!packageManager || packages === undefined) return PAGES[wanted]
  const here = arch === 'arm64' ? packages.replace(QEMU.x64, QEMU.arm64) : packages
  return `${INSTALL[packageManager]} ${here}`
}
