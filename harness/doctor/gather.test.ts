import { expect, it } from 'vitest'
import { mac, played, windows } from './computers.testing.ts'
import { gatherFacts } from './gather.ts'

it('reads a Windows', async () => {
  const wlan = { link: 'WLAN', cidr: '192.168.10.23/24', mac: '3c:22:fb:00:00:01' }
  const vpn = { link: 'VPN', cidr: '10.8.0.2/24', mac: '00:ff:aa:00:00:02' }
  const facts = await gatherFacts(windows('True True', { addresses: () => [wlan, vpn] }))
  expect(facts).toMatchObject({
    virtualisation: 'on',
    hyperV: true,
    versions: { vagrant: '2.4.9', virtualbox: '7.1.12' },
    plugins: [],
    packageManager: 'winget',
  })
  expect(facts.routes).toContainEqual({ link: 'VPN', network: '192.168.33.0/24' })
  expect(facts.routes).toContainEqual({ link: 'WLAN', network: '192.168.10.0/24' })
})

it.each([
  ['True False', 'on', false],
  ['False False', 'off', false],
  // Below its own hypervisor Windows no longer sees the firmware's setting.
  ['False True', 'on', true],
])('a Windows that says %s has virtualisation %s', async (power, virtualisation, hyperV) => {
  expect(await gatherFacts(windows(power))).toMatchObject({ virtualisation, hyperV })
})

it('reads a Mac', async () => {
  const facts = await gatherFacts(mac('1'))
  expect(facts).toMatchObject({
    virtualisation: 'on',
    versions: { vagrant: '2.4.9', parallels: '20.3.0', qemu: '10.0.2' },
    plugins: ['vagrant-parallels'],
    packageManager: 'brew',
  })
  expect(facts.versions).not.toHaveProperty('virtualbox')
  expect(facts.routes).toContainEqual({ link: 'utun4', network: '192.168.33.0/24' })
  expect((await gatherFacts(mac('0'))).virtualisation).toBe('off')
  expect((await gatherFacts(mac('sysctl: unknown oid'))).virtualisation).toBe('unknown')
})

it('reads a Linux', async () => {
  const virsh = 'virsh --connect qemu:///system uri'
  const refused = { code: 1, stderr: "error: failed to connect\nerror: Permission denied to '/run/x'.\n" }
  const files = {
    '/proc/cpuinfo': 'flags\t\t: fpu vme svm sse\n',
    '/proc/meminfo': 'MemTotal: 2048000 kB\nMemAvailable:   1024000 kB\n',
    '/etc/vbox/networks.conf': '* 10.0.0.0/8\n',
    '.ovn-lab.yaml': 'nodes: {}',
  }
  const facts = await gatherFacts(played('linux', { [virsh]: refused, 'dnf --version': '4' }, { files }))
  expect(facts).toMatchObject({
    virtualisation: 'on',
    kvm: 'missing',
    availableMiB: 1000,
    versions: {},
    plugins: [],
    packageManager: 'dnf',
    libvirt: { answers: false, said: "Permission denied to '/run/x'" },
    vboxNetworks: '* 10.0.0.0/8\n',
    hasInventory: true,
  })
})

it.each([
  ['no flag of the processor', {}, 'off'],
  ['a device that refuses', { device: () => 'refused' as const }, 'on'],
  ['another processor', { arch: 'arm64' }, 'unknown'],
])('a Linux with %s', async (_, more, virtualisation) => {
  const files = { '/proc/cpuinfo': 'flags\t\t: fpu svmlock\n' }
  expect((await gatherFacts(played('linux', {}, { files, ...more }))).virtualisation).toBe(virtualisation)
})
