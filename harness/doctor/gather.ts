import { loadTopology } from '../topology/load-topology.ts'
import type { Computer } from './computer.ts'
import type { Facts, PackageManager, Program } from './facts.ts'
import { linuxRoutes, macRoutes, windowsRoutes } from './networks.ts'

/** Asks a computer everything that is judged. Changes nothing, and takes as long as Vagrant needs for its plugins. */
export async function gatherFacts(computer: Computer): Promise<Facts> {
  const { platform, arch, env, memoryMiB } = computer
  const addresses = computer.addresses()
  const [versions, plugins, routes, packageManager, libvirt, power, embedded, qemu, topology] =
    await Promise.all([
      versionsOn(computer),
      pluginsOf(computer),
      routesOn(computer, addresses),
      packageManagerOf(computer),
      libvirtOn(computer),
      virtualisationOf(computer),
      computer.own('embedded'),
      computer.own('qemu'),
      loadTopology(),
    ])
  const available = /^MemAvailable: +(\d+) kB$/m.exec(computer.read('/proc/meminfo') ?? '')?.[1]
  const vboxNetworks = platform === 'win32' ? undefined : computer.read('/etc/vbox/networks.conf')
  return {
    platform,
    arch,
    node: computer.node.replace(/^v/, ''),
    memoryMiB,
    ...(available !== undefined && { availableMiB: Math.floor(Number(available) / 1024) }),
    diskFreeMiB: {
      home: computer.freeMiB(env.VAGRANT_HOME ?? computer.home),
      cache: computer.freeMiB(platform === 'linux' ? '/var/cache/ovn-lab' : computer.home),
    },
    ...power,
    topology,
    addresses,
    routes,
    versions,
    plugins,
    ...(libvirt && { libvirt }),
    ...(vboxNetworks !== undefined && { vboxNetworks }),
    ...(packageManager && { packageManager }),
    embedded,
    qemu,
    hasInventory: computer.read('.ovn-lab.yaml') !== undefined,
    machineMiB: Number(env.OVN_LAB_MEMORY ?? 512) || 512,
  }
}

/** What to call each program, and the words that make it tell its version. The first that is there counts. */
function callsOf({ platform, arch, env }: Computer): Record<Program, [string, string[]][]> {
  const vbox = env.VBOX_MSI_INSTALL_PATH ?? 'C:\\Program Files\\Oracle\\VirtualBox\\'
  const machine = arch === 'arm64' ? 'aarch64' : 'x86_64'
  const fusion = '/Applications/VMware Fusion.app/Contents/Library/vmware-vmx'
  return {
    vagrant: [['vagrant', ['--version']]],
    virtualbox: [
      ['VBoxManage', ['--version']],
      ...(platform === 'win32' ? ([[`${vbox}VBoxManage.exe`, ['--version']]] as [string, string[]][]) : []),
    ],
    vmware: platform === 'darwin' ? [[fusion, ['-v']]] : [['vmware', ['-v']]],
    parallels: platform === 'darwin' ? [['prlctl', ['--version']]] : [],
    qemu: [[`qemu-system-${machine}`, ['--version']]],
  }
}

async function versionsOn(computer: Computer): Promise<Facts['versions']> {
  const calls = Object.entries(callsOf(computer)) as [Program, [string, string[]][]][]
  const found = await Promise.all(
    calls.map(async ([program, tries]) => {
      for (const [name, argv] of tries) {
        const told = await computer.ask(name, argv)
        if (told) return [program, /\d+(?:\.\d+)+/.exec(told.stdout + told.stderr)?.[0] ?? '?'] as const
      }
      return undefined
    }),
  )
  return Object.fromEntries(found.filter(one => one !== undefined))
}

/** `vagrant plugin list` prints `NAME (VERSION, WHERE)`; Debian's own package of one counts as installed. */
async function pluginsOf(computer: Computer): Promise<string[]> {
  const told = await computer.ask('vagrant', ['plugin', 'list'])
  return (told?.stdout ?? '').split('\n').flatMap(line => /^([\w-]+) \(/.exec(line)?.[1] ?? [])
}

async function routesOn(computer: Computer, addresses: Facts['addresses']): Promise<Facts['routes']> {
  if (computer.platform === 'linux') return linuxRoutes(computer.read('/proc/net/route') ?? '')
  if (computer.platform === 'darwin')
    return macRoutes((await computer.ask('netstat', ['-rn', '-f', 'inet']))?.stdout ?? '')
  if (computer.platform === 'win32')
    return windowsRoutes((await computer.ask('route', ['print', '-4']))?.stdout ?? '', addresses)
  return []
}

const MANAGERS: [PackageManager, NodeJS.Platform][] = [
  ['apt-get', 'linux'],
  ['dnf', 'linux'],
  ['pacman', 'linux'],
  ['zypper', 'linux'],
  ['brew', 'darwin'],
  ['winget', 'win32'],
]

async function packageManagerOf(computer: Computer): Promise<PackageManager | undefined> {
  const here = MANAGERS.filter(([, platform]) => platform === computer.platform)
  for (const [name] of here) if (await computer.ask(name, ['--version'])) return name
  return undefined
}

async function libvirtOn(computer: Computer): Promise<Facts['libvirt']> {
  if (computer.platform !== 'linux') return undefined
  const told = await computer.ask('virsh', ['--connect', 'qemu:///system', 'uri'])
  return told && { answers: told.code === 0, said: lastLine(told.stderr) }
}

/** Without virsh's `error: ` and the full stop our own sentence ends with. */
const lastLine = (said: string) =>
  (said.trim().split('\n').at(-1) ?? '').replace(/^error: /, '').replace(/\.$/, '')

/** Whether virtual machines can run by themselves, told in the way of each system. */
async function virtualisationOf(
  computer: Computer,
): Promise<Pick<Facts, 'virtualisation' | 'kvm' | 'hyperV'>> {
  if (computer.platform === 'darwin') {
    const told = await computer.ask('sysctl', ['-n', 'kern.hv_support'])
    const word = told?.stdout.trim()
    return { virtualisation: word === '1' ? 'on' : word === '0' ? 'off' : 'unknown' }
  }
  if (computer.platform === 'win32') return windowsVirtualisation(computer)
  const kvm = computer.device('/dev/kvm')
  if (kvm !== 'missing') return { virtualisation: 'on', kvm }
  const processor = computer.read('/proc/cpuinfo') ?? ''
  // Only x86 says it there.
  if (computer.arch !== 'x64') return { virtualisation: 'unknown', kvm }
  return { virtualisation: /^flags\b.*\b(vmx|svm)\b/m.test(processor) ? 'on' : 'off', kvm }
}

/** One line, `firmware hypervisor`, each True or False: no word of it is translated. */
const WINDOWS_QUESTION =
  '"$((Get-CimInstance Win32_Processor | Select-Object -First 1).VirtualizationFirmwareEnabled) $((Get-CimInstance Win32_ComputerSystem).HypervisorPresent)"'

async function windowsVirtualisation(computer: Computer): Promise<Pick<Facts, 'virtualisation' | 'hyperV'>> {
  const words = ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_QUESTION]
  const told = await computer.ask('powershell.exe', words)
  const [firmware, hypervisor] = (told?.stdout ?? '').trim().split(' ')
  if (hypervisor === undefined) return { virtualisation: 'unknown' }
  const hyperV = hypervisor === 'True'
  // Windows below its own hypervisor no longer sees the firmware's setting, which must be on for that.
  return { virtualisation: firmware === 'True' || hyperV ? 'on' : 'off', hyperV }
}
