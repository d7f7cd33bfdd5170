import { describe, expect, it } from 'vitest'
import { LANGS, text } from '../core/text.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { canRun } from './candidate.ts'
import { healthy, mac, windows } from './computers.testing.ts'
import type { Facts } from './facts.ts'
import { gatherFacts } from './gather.ts'
import { anyCanRun } from './index.ts'
import { diagnose, isSupported } from './judge.ts'
import { diagnosisLines } from './tell.ts'

/** `candidate: mend` for each problem of the vagrant candidates, and what is said of it. */
function vagrantProblems(facts: Facts) {
  const candidates = diagnose(facts).candidates.filter(({ kind }) => kind === 'vagrant')
  return candidates.flatMap(({ provider, problems }) =>
    problems.map(({ what, mend }) => ({ provider, what: what.en, mend })),
  )
}
const ableOn = (facts: Facts) =>
  diagnose(facts)
    .candidates.filter(canRun)
    .map(({ kind, provider }) => provider ?? kind)

it('finds nothing wrong with a healthy computer', () => {
  expect(ableOn(healthy)).toEqual(['embedded', 'qemu', 'libvirt', 'virtualbox'])
  expect(diagnose(healthy).remarks).toEqual([])
})

describe('what is missing or in the way is named, with what mends it', () => {
  it.each<[string, Partial<Facts>, RegExp, string]>([
    [
      'no hypervisor',
      { versions: { vagrant: '2.3.4' }, libvirt: undefined as never },
      /^No virtualization software is installed/,
      'sudo apt-get update && sudo apt-get install -y vagrant vagrant-libvirt libvirt-daemon-system qemu-system-x86',
    ],
    [
      'no Vagrant',
      { versions: {} },
      /^Vagrant is not installed/,
      'sudo apt-get update && sudo apt-get install -y vagrant',
    ],
    [
      'no plugin',
      { plugins: [] },
      /^The Vagrant plugin for libvirt is missing/,
      'vagrant plugin install vagrant-libvirt',
    ],
    [
      'no virtualisation',
      { virtualisation: 'off', kvm: 'missing' },
      /^Virtualization is disabled/,
      'systemctl reboot --firmware-setup',
    ],
    [
      'a range VirtualBox refuses',
      { vboxNetworks: '* 192.168.56.0/21\n' },
      /allows no host-only network 192\.168\.10\.0\/24/,
      `sudo sh -c 'mkdir -p /etc/vbox && echo "* 192.168.10.0/24" >> /etc/vbox/networks.conf'`,
    ],
    [
      'a network in use',
      { addresses: [{ link: 'wlan0', cidr: '192.168.10.7/24', mac: '3c:22:fb:00:00:01' }] },
      /192\.168\.10\.0\/24 is already used by this computer: wlan0 has 192\.168\.10\.7\/24/,
      'sudo ip address del 192.168.10.7/24 dev wlan0',
    ],
    [
      'a route in use',
      { routes: [{ network: '192.168.33.0/24', link: 'tun0' }] },
      /it has a route to 192\.168\.33\.0\/24 over tun0/,
      'sudo ip route del 192.168.33.0/24 dev tun0',
    ],
    [
      'libvirt that refuses',
      { libvirt: { answers: false, said: "Permission denied to '/run/x'" } },
      /^libvirt does not answer: Permission denied/,
      'sudo usermod -aG libvirt $USER   # then log in again',
    ],
    [
      'libvirt that is off',
      { libvirt: { answers: false, said: 'No such file or directory' } },
      /^libvirt does not answer/,
      'sudo systemctl enable --now libvirtd',
    ],
    [
      'a full disk',
      { diskFreeMiB: { home: 900, cache: 900 } },
      /^Too little disk: 900 MiB/,
      'vagrant box prune',
    ],
    ['little memory', { availableMiB: 700 }, /^Too little memory: about 700/, 'ps -eo rss,args --sort -rss'],
  ])('%s', (_, change, sentence, mend) => {
    const { libvirt, ...rest } = { ...healthy, ...change }
    const found = vagrantProblems(libvirt ? { ...rest, libvirt } : rest)
    expect(found).toContainEqual({
      provider: found.find(({ what }) => sentence.test(what))?.provider,
      what: expect.stringMatching(sentence),
      mend,
    })
  })

  it('Hyper-V, on a Windows', async () => {
    const found = vagrantProblems(await gatherFacts(windows('True True')))
    expect(found.map(({ mend }) => mend)).toContain('bcdedit /set hypervisorlaunchtype off')
  })

  it('firmware and networks, on a Windows, with commands of its own', async () => {
    const addresses = () => [{ link: 'WLAN', cidr: '192.168.10.23/24', mac: '3c:22:fb:00:00:01' }]
    const found = vagrantProblems(await gatherFacts(windows('False False', { addresses })))
    expect(found.map(({ mend }) => mend)).toEqual([
      'route delete 192.168.33.0',
      'netsh interface ipv4 delete address name="WLAN" address=192.168.10.23',
      'shutdown /r /fw /t 0',
    ])
  })

  it('a route of a VPN, on a Mac', async () => {
    const found = vagrantProblems(await gatherFacts(mac('1')))
    expect(found).toMatchObject([
      { provider: 'parallels', mend: 'sudo route -n delete -net 192.168.33.0/24' },
    ])
  })
})

it('does not ask for networks.conf where VirtualBox does not', () => {
  const { vboxNetworks: _, ...without } = healthy
  expect(ableOn({ ...without, versions: { vagrant: '2.3.4', virtualbox: '6.1.26' } })).toContain('virtualbox')
  expect(ableOn({ ...without, platform: 'win32' })).toContain('virtualbox')
  expect(ableOn(without)).not.toContain('virtualbox')
})

it('says that no lab can run, and with what the embedded one could', () => {
  const why = text('The embedded lab needs root.', '需要 root。')
  const bare: Facts = {
    ...healthy,
    versions: {},
    embedded: { why, packages: [] },
    qemu: { why, packages: [] },
  }
  const { libvirt: _, ...without } = bare
  const diagnosis = diagnose(without)
  expect(anyCanRun(diagnosis)).toBe(false)
  expect(diagnosisLines(diagnosis).map(line => line.en)).toEqual([
    'This computer can run no lab yet.',
    'Not yet:',
    '  ✘ embedded lab: both nodes on this computer',
    '    The embedded lab needs root.',
    '      → sudo npm run lab up',
    '  ✘ two virtual machines with QEMU, without Vagrant',
    '    The embedded lab needs root.',
    '      → sudo npm run lab up',
    '  ✘ two virtual machines with Vagrant',
    '    Vagrant is not installed.',
    '      → sudo apt-get update && sudo apt-get install -y vagrant',
    '    No virtualization software is installed: VirtualBox, libvirt, VMware, Parallels or QEMU.',
    '      → sudo apt-get update && sudo apt-get install -y vagrant vagrant-libvirt libvirt-daemon-system qemu-system-x86',
    '  ✘ two machines of your own, over ssh',
    '    There is no file .ovn-lab.yaml here that lists them (docs/LABS.md, "Your own machines").',
    `      → npm run check -- ${demoLesson()} --inventory lab.yaml`,
  ])
  for (const line of diagnosisLines(diagnosis)) for (const lang of LANGS) expect(line[lang]).not.toBe('')
})

it('says which packages a lab would install', () => {
  const lines = diagnosisLines(
    diagnose({ ...healthy, qemu: { packages: ['qemu-system-x86', 'qemu-utils'] } }),
  )
  expect(lines.map(line => line.en)).toContain(
    '    Missing Debian packages, which "lab up" installs: qemu-system-x86 qemu-utils',
  )
})

it('counts machines of the learner as a lab', () => {
  expect(ableOn({ ...healthy, hasInventory: true })).toContain('ssh')
})

it.each([
  ['20.19.0', true],
  ['20.11.1', false],
  ['22.12.0', true],
  ['23.5.0', false],
  ['26.0.0', true],
])('Node %s is one we test with: %s', (version, supported) => {
  expect(isSupported(version, '^20.19 || ^22.12 || >=24')).toBe(supported)
  expect(diagnose({ ...healthy, node: version }).remarks).toHaveLength(supported ? 0 : 1)
})
