import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { embeddedInventory } from '../../embedded/index.ts'
import type { NodeAddress } from '../../inventory/inventory.ts'
import { noLabReason } from '../real-lab.ts'
import {
  check,
  type HostileLab,
  hostileLab,
  idsOf,
  inFolder,
  ovnLab,
  reasonsOf,
  whole,
} from './hostile-lab.ts'

const NAME = 'hostile-machines'

/** Claims that can be judged from the controller alone. */
const CONTROLLERS_OWN = ['ns1-address', 'bridge-controller']

describe.skipIf(noLabReason !== '')(`machines that cannot be asked${noLabReason}`, () => {
  let lab: HostileLab
  let addresses: Record<string, NodeAddress>

  /** `check` with an inventory file in which one node is described otherwise. */
  const checkWith = (node: string, change: (address: NodeAddress) => NodeAddress) =>
    inFolder(async folder => {
      const file = join(folder, 'lab.json')
      const nodes = { ...addresses, [node]: change(addresses[node]!) }
      await writeFile(file, JSON.stringify({ nodes }))
      return check(['--inventory', file])
    })

  beforeAll(async () => {
    lab = await hostileLab(NAME)
    addresses = (await embeddedInventory(NAME))!.nodes
  })
  afterAll(() => lab?.down())

  it('an inventory file leads to the same machines', async () => {
    expect((await checkWith('controller', address => address)).code).toBe(0)
  })

  it('sshd that hangs after its banner: unknown, never fails', async () => {
    const server = await listening('SSH-2.0-OpenSSH_10.0\r\n')
    const told = await checkWith('hypervisor', at(server))
    server.close()
    expect(told.code).toBe(2)
    expect(idsOf(told, 'holds')).toEqual(expect.arrayContaining(CONTROLLERS_OWN))
    expect(reasonsOf(told)).toEqual([
      `hypervisor: sshd on 127.0.0.1 port ${server.port} sent its banner and then nothing more within 4000 ms: it hangs`,
    ])
  })

  it('a machine that takes the connection and says nothing', async () => {
    const server = await listening('')
    const told = await checkWith('hypervisor', at(server))
    server.close()
    expect(told.code).toBe(2)
    expect(reasonsOf(told)).toEqual([
      `hypervisor: 127.0.0.1 port ${server.port} accepted the connection but sent no SSH banner within 4000 ms: the machine or its sshd hangs`,
    ])
  })

  it('nobody listens: the reason says so at once', async () => {
    const server = await listening('')
    server.close()
    const told = await checkWith('hypervisor', at(server))
    expect(told.code).toBe(2)
    expect(reasonsOf(told)).toEqual([
      `hypervisor: 127.0.0.1 port ${server.port} refuses connections: the machine is up but no sshd listens there`,
    ])
  })

  it('a wrong key: says which key was refused', async () =>
    inFolder(async folder => {
      const identityFile = join(folder, 'other')
      await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile])
      const told = await checkWith('controller', address => ({ ...address, identityFile }))
      expect(told.code).toBe(2)
      expect(idsOf(told, 'holds')).toEqual(expect.arrayContaining(['ns2-address', 'bridge-hypervisor']))
      expect(idsOf(told, 'fails')).toEqual([])
      expect(reasonsOf(told)).toEqual([
        `controller: 10.0.2.10 port 22 does not let vagrant in with ${identityFile}`,
      ])
    }))

  it('a changed host key: shows the new one and does not log in', async () => {
    const { hostKey } = addresses.hypervisor!
    const told = await checkWith('controller', address => ({ ...address, hostKey: hostKey! }))
    const shown = await fingerprintOf(addresses.controller!.hostKey!)
    expect(told.code).toBe(2)
    expect(reasonsOf(told)).toEqual([
      `controller: the host key of 10.0.2.10 port 22 has changed: it shows ssh-ed25519 ${shown}, which is not the one in the inventory. Either the machine was rebuilt, or another machine answers in its place`,
    ])
  })

  it.each([
    ['removed', 'rm /etc/sudoers.d/vagrant'],
    ['asking for a password', "echo 'vagrant ALL=(ALL) ALL' >/etc/sudoers.d/vagrant"],
  ])('sudo rule %s: says what sudo said, and how to mend it', async (_, damage) => {
    const mend = "echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/vagrant"
    const told = await lab.broken('controller', { damage, mend })
    expect(told.code).toBe(2)
    expect(idsOf(told, 'holds')).toEqual(expect.arrayContaining(['ns2-address', 'bridge-hypervisor']))
    expect(idsOf(told, 'fails')).toEqual([])
    expect(reasonsOf(told)).toEqual([
      'controller: sudo asks vagrant for a password (sudo: a password is required)',
    ])
    expect(told.claims.get('ns1-address')?.try).toContain("echo 'vagrant ALL=(ALL) NOPASSWD: ALL' | sudo")
  })

  it('the network of a node cut in the middle of a check: what was seen stays, the rest is unknown', async () => {
    // Cut by the node itself as soon as the first capture runs there.
    const cut = 'until pidof tcpdump >/dev/null; do sleep 0.01; done; ip link set eth0 down'
    const told = await lab.broken('hypervisor', {
      damage: `setsid sh -c '${cut}' >/dev/null 2>&1 &`,
      mend: 'ip link set eth0 up',
    })
    expect(told.code).toBe(2)
    expect(idsOf(told, 'fails')).toEqual([])
    expect(idsOf(told, 'waits')).toEqual([])
    expect(idsOf(told, 'unknown')).toContain('ping-ns2-ns1')
    expect(told.claims.get('ns2-address')?.verdict).toBe('holds')
    expect(reasonsOf(told).every(reason => reason.includes('hypervisor'))).toBe(true)
    expect((await whole(lab)).code).toBe(0)
  })

  it('one node switched off: its claims are unknown, the other ones are judged', async () => {
    await lab.inside('hypervisor', 'systemctl poweroff --no-wall --force 2>/dev/null || :')
    const told = await lab.told()
    expect(told.code).toBe(2)
    expect(idsOf(told, 'holds')).toEqual(expect.arrayContaining(CONTROLLERS_OWN))
    expect(idsOf(told, 'fails')).toEqual([])
    expect(idsOf(told, 'waits')).toEqual([])
    expect(reasonsOf(told).every(reason => reason.startsWith('hypervisor: '))).toBe(true)
  })

  it('one node off and the learner wrong on the other: exit code 1, and only that claim fails', async () => {
    const told = await lab.broken('controller', {
      damage: 'ip link set eth2 down',
      mend: 'ip link set eth2 up',
    })
    expect(told.code).toBe(1)
    expect(idsOf(told, 'fails')).toEqual(['bridge-controller'])
  })

  it('both nodes off: every claim unknown', async () => {
    await lab.inside('controller', 'systemctl poweroff --no-wall --force 2>/dev/null || :')
    const told = await lab.told()
    expect(told.code).toBe(2)
    expect(idsOf(told, 'unknown')).toHaveLength(told.claims.size)
    expect(told.claims.get('ns2-address')).toMatchObject({
      saw: 'hypervisor: it does not answer over ssh; it is off, or its sshd is stopped',
      try: `npx ovn-lab lab status --lab ${NAME}`,
    })
    expect(told.stdout.replaceAll(/\s+/g, ' ')).toContain('This says nothing about your work.')
  })

  it('switched on again and solved anew, all holds', async () => {
    expect((await ovnLab(['lab', 'up', '--lab', NAME])).code).toBe(0)
    await lab.undo()
    await lab.solveAll()
    expect((await whole(lab)).code).toBe(0)
  })
})

interface Listener {
  port: number
  close(): void
}

/** A server on loopback that greets and then never says a word. */
const listening = (greeting: string): Promise<Listener> =>
  new Promise(resolve => {
    const server = createServer(socket => {
      socket.on('error', () => undefined)
      if (greeting) socket.write(greeting)
    })
    server.listen(0, '127.0.0.1', () =>
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() }),
    )
  })

/** The way to a local server instead of to the node. */
const at =
  ({ port }: Listener) =>
  ({ proxyCommand: _, ...address }: NodeAddress): NodeAddress => ({ ...address, host: '127.0.0.1', port })

/** As ssh-keygen -l prints it. */
const fingerprintOf = (hostKey: string): Promise<string> =>
  inFolder(async folder => {
    const file = join(folder, 'key.pub')
    await writeFile(file, `${hostKey}\n`)
    const { stdout } = await promisify(execFile)('ssh-keygen', ['-lf', file])
    return stdout.split(' ')[1]!
  })
