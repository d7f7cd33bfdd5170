import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import SSHConfig from 'ssh-config'
import { $ } from 'zx/core'
import { CannotLook } from '../judge/errors.ts'
import { root } from '../root.ts'
import { text } from '../say/text.ts'
import type { Inventory, NodeAddress } from './inventory.ts'

const NODES = ['controller', 'hypervisor']

/**
 * The machines of the Vagrantfile, as `vagrant ssh-config` tells where they are and how to log in.
 * CannotLook where Vagrant is not there or a machine is not running.
 */
export async function vagrantInventory(): Promise<Inventory> {
  const told = await $({ cwd: root, nothrow: true, quiet: true })`vagrant ssh-config`
  if (told.exitCode !== 0) throw notRunning(told.stderr.trim())
  const config = SSHConfig.parse(told.stdout)
  const nodes = await Promise.all(
    NODES.map(async node => [node, await addressOf(node, config.compute(node))] as const),
  )
  return { name: 'vagrant', nodes: Object.fromEntries(nodes) }
}

async function addressOf(node: string, told: Record<string, string | string[]>): Promise<NodeAddress> {
  // A directive that may be repeated comes as a list; the first counts (ssh_config(5)).
  const first = (name: string) => [told[name]].flat()[0]
  const [host, identityFile] = [first('HostName'), first('IdentityFile')?.replace(/^~(?=\/)/, homedir())]
  if (host === undefined || identityFile === undefined) throw notRunning(node)
  const port = Number(first('Port') ?? 22)
  const knownHostsFile = await firstSeenKey(dirname(identityFile), host, port)
  return { host, port, user: first('User') ?? 'vagrant', identityFile, knownHostsFile }
}

/**
 * Vagrant makes a machine's host key anew with the machine and tells it nobody, so the first one seen is kept,
 * beside the private key Vagrant keeps for that machine, and named by its id: a machine that was made anew is a new one.
 */
async function firstSeenKey(folder: string, host: string, port: number): Promise<string> {
  const idFile = join(folder, 'id')
  const id = existsSync(idFile) ? readFileSync(idFile, 'utf8').trim().replace(/\W/g, '') : 'machine'
  const file = join(folder, `known_hosts-${id}`)
  if (!existsSync(file)) {
    const seen = await $({ nothrow: true, quiet: true })`ssh-keyscan -T 4 -p ${port} ${host}`
    if (seen.stdout.trim() !== '') await writeFile(file, seen.stdout)
  }
  return file
}

const notRunning = (said: string) =>
  new CannotLook(
    text(
      `Vagrant does not know two running machines (${said}).`,
      `Vagrant 裡沒有兩台開著的機器（${said}）。`,
    ),
    { help: 'vagrant up' },
  )
