import { text } from '../core/text.ts'
import { loadTopology } from '../topology/load-topology.ts'
import type { Computer } from './computer.ts'
import type { Facts } from './facts.ts'

/** Computers played from what such programs print there, for tests that run on one system only. */

/** What a program prints on its standard output, by its command line; one that is not named is not there. */
type Printed = Record<string, string | { code: number; stderr: string }>

/** A computer with these answers and files. */
export const played = (
  platform: NodeJS.Platform,
  printed: Printed,
  more: Partial<Computer> & { files?: Record<string, string> } = {},
): Computer => ({
  platform,
  arch: 'x64',
  env: {},
  home: '/home/ada',
  memoryMiB: 16384,
  node: 'v22.12.0',
  ask: async (program, argv) => {
    const said = printed[[program, ...argv].join(' ')]
    if (said === undefined) return undefined
    return typeof said === 'string' ? { code: 0, stdout: said, stderr: '' } : { stdout: '', ...said }
  },
  read: file => more.files?.[file],
  device: () => 'missing',
  freeMiB: () => 100_000,
  addresses: () => [{ link: 'lo', cidr: '127.0.0.1/8', mac: '00:00:00:00:00:00' }],
  own: async () => ({ why: text('The embedded lab needs Linux.', '需要 Linux。'), packages: [] }),
  ...more,
})

const POWERSHELL =
  'powershell.exe -NoProfile -NonInteractive -Command "$((Get-CimInstance Win32_Processor | Select-Object -First 1).VirtualizationFirmwareEnabled) $((Get-CimInstance Win32_ComputerSystem).HypervisorPresent)"'

/** A German Windows 11 with VirtualBox and Vagrant; `power`: what PowerShell says of firmware and hypervisor. */
export const windows = (power: string, more: Partial<Computer> = {}): Computer =>
  played(
    'win32',
    {
      'vagrant --version': 'Vagrant 2.4.9\r\n',
      'vagrant plugin list': 'No plugins installed.\r\n',
      'C:\\Program Files\\Oracle\\VirtualBox\\VBoxManage.exe --version': '7.1.12r169651\r\n',
      'winget --version': 'v1.11.430\r\n',
      [POWERSHELL]: `${power}\r\n`,
      'route print -4': [
        'IPv4-Routentabelle',
        'Aktive Routen:',
        '     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik',
        '          0.0.0.0          0.0.0.0     192.168.10.1    192.168.10.23     25',
        '     192.168.10.0    255.255.255.0   Auf Verbindung     192.168.10.23    281',
        '     192.168.33.0    255.255.255.0       10.8.0.1          10.8.0.2     25',
      ].join('\r\n'),
    },
    more,
  )

/** An Apple silicon Mac with Homebrew, Vagrant, Parallels and QEMU, and one plugin. */
export const mac = (hvSupport: string, more: Partial<Computer> = {}): Computer =>
  played(
    'darwin',
    {
      'vagrant --version': 'Vagrant 2.4.9\n',
      'vagrant plugin list': 'vagrant-parallels (2.4.6, global)\n',
      'prlctl --version': 'prlctl version 20.3.0 (55895)\n',
      'qemu-system-aarch64 --version': 'QEMU emulator version 10.0.2\n',
      'brew --version': 'Homebrew 4.6.0\n',
      'sysctl -n kern.hv_support': `${hvSupport}\n`,
      'netstat -rn -f inet': [
        'Routing tables',
        'Internet:',
        'Destination        Gateway            Flags               Netif Expire',
        'default            192.168.1.1        UGScg                 en0',
        '127                127.0.0.1          UCS                   lo0',
        '192.168.1          link#11            UCS                   en0      !',
        '192.168.33         10.8.0.1           UGSc                utun4',
      ].join('\n'),
    },
    { arch: 'arm64', ...more },
  )

/** What a Debian laptop with everything for Vagrant has, to be changed by a test. */
export const healthy: Facts = {
  platform: 'linux',
  arch: 'x64',
  node: '22.12.0',
  memoryMiB: 16384,
  availableMiB: 8192,
  diskFreeMiB: { home: 100_000, cache: 100_000 },
  virtualisation: 'on',
  kvm: 'opens',
  topology: await loadTopology(),
  addresses: [{ link: 'wlan0', cidr: '192.168.1.7/24', mac: '3c:22:fb:00:00:01' }],
  routes: [{ network: '0.0.0.0/0', link: 'wlan0' }],
  versions: { vagrant: '2.3.4', virtualbox: '7.0.20', qemu: '7.2.22' },
  plugins: ['vagrant-libvirt'],
  libvirt: { answers: true, said: '' },
  vboxNetworks: '* 192.168.10.0/24\n',
  packageManager: 'apt-get',
  embedded: { packages: [] },
  qemu: { packages: [] },
  hasInventory: false,
  machineMiB: 512,
}
