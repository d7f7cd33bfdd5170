import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import SSHConfig from 'ssh-config'
import { CannotLook } from '../core/errors.ts'
import { EMULATED_PATIENCE_FACTOR } from '../core/patience.ts'
import { ask } from '../core/program.ts'
import { text } from '../core/text.ts'
import type { Inventory, NodeAddress } from '../inventory/inventory.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNames } from '../topology/topology.ts'
import { dotVagrant, VAGRANT_LAB } from './choice.ts'
import { askVagrant } from './run-vagrant.ts'

/**
 * The machines of the Vagrantfile, as `vagrant ssh-config` tells where they are and how to log in; all of them, or
 * the ones named. CannotLook where one of them is not running.
 */
export async function vagrantInventory(named?: readonly string[]): Promise<Inventory> {
  const nodes = named ?? nodeNames(await loadTopology())
  const told = await askVagrant(['ssh-config', ...nodes])
  if (told.code !== 0) throw notRunning(told.stderr.trim().replaceAll(/\s*\n\s*/g, ' '))
  const config = SSHConfig.parse(told.stdout)
  const found = await Promise.all(
    nodes.map(async node => [node, await addressOf(node, config.compute(node))] as const),
  )
  return { name: VAGRANT_LAB, nodes: Object.fromEntries(found) }
}

async function addressOf(node: string, told: Record<string, string | string[]>): Promise<NodeAddress> {
  // A directive that may be repeated comes as a list; the first counts (ssh_config(5)).
  const first = (name: string) => [told[name]].flat()[0]
  const [host, identityFile] = [first('HostName'), first('IdentityFile')?.replace(/^~(?=\/)/, homedir())]
  if (host === undefined || identityFile === undefined) throw notRunning(node)
  const port = Number(first('Port') ?? 22)
  const folder = folderOf(node)
  const [hostKey, emulated] = await Promise.all([
    folder && firstSeenKey(folder, host, port),
    folder !== undefined && isEmulated(folder),
  ])
  return {
    host,
    port,
    user: first('User') ?? 'vagrant',
    identityFile,
    ...(hostKey !== undefined && { hostKey }),
    ...(emulated && { patienceFactor: EMULATED_PATIENCE_FACTOR }),
    statusCommand: `npx ovn-lab lab status --lab ${VAGRANT_LAB}`,
  }
}

/**
 * Vagrant makes a machine's host key anew with the machine and tells it nobody, so the first one seen is kept,
 * beside what Vagrant keeps of that machine, and named by its id: a machine that was made anew is a new one.
 * The key and not a known_hosts file, as a machine's address or port may be another after each start.
 */
async function firstSeenKey(folder: string, host: string, port: number): Promise<string | undefined> {
  const id = readFileSync(join(folder, 'id'), 'utf8').replaceAll(/\W/g, '')
  const file = join(folder, `ovn-lab-host-key-${id}`)
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const seen = await ask('ssh-keyscan', ['-T', '4', '-t', 'ed25519', '-p', String(port), host])
  const key = /\bssh-ed25519 \S+/.exec(seen?.stdout ?? '')?.[0]
  if (key !== undefined) await writeFile(file, `${key}\n`)
  return key
}

/** Whether a program plays the machine's processor: only libvirt's driver qemu does, and libvirt tells. */
async function isEmulated(folder: string): Promise<boolean> {
  if (basename(folder) !== 'libvirt') return false
  const id = readFileSync(join(folder, 'id'), 'utf8').trim()
  const told = await ask('virsh', ['--connect', 'qemu:///system', 'dumpxml', id], { timeoutMs: 5000 })
  return /<domain type='qemu'/.test(told?.stdout ?? '')
}

/** Where Vagrant keeps a machine's id: in a folder named by the hypervisor. */
function folderOf(node: string): string | undefined {
  const machine = join(dotVagrant(), 'machines', node)
  if (!existsSync(machine)) return undefined
  const folders = readdirSync(machine).map(provider => join(machine, provider))
  return folders.find(folder => existsSync(join(folder, 'id')))
}

const notRunning = (said: string) =>
  new CannotLook(
    text(
      `Vagrant does not list two running machines (${said}).`,
      `Vagrant 裡沒有兩台已開機的機器（${said}）。`,
    ),
    { help: `npx ovn-lab lab status --lab ${VAGRANT_LAB}` },
  )
