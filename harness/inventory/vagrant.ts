import { homedir } from 'node:os'
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
  const [{ $ }, { default: SSHConfig }] = await Promise.all([import('zx/core'), import('ssh-config')])
  const told = await $({ cwd: root, nothrow: true, quiet: true })`vagrant ssh-config`
  if (told.exitCode !== 0) throw notRunning(told.stderr.trim())
  const config = SSHConfig.parse(told.stdout)
  return {
    name: 'vagrant',
    nodes: Object.fromEntries(
      NODES.map(node => {
        const { HostName, Port, User, IdentityFile } = config.compute(node) as Record<
          string,
          string | string[]
        >
        if (typeof HostName !== 'string') throw notRunning(`no ${node}`)
        return [node, address({ HostName, Port, User, IdentityFile })]
      }),
    ),
  }
}

/** A directive that may be repeated comes as a list; the first counts (ssh_config(5)). */
const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)

function address(told: Record<string, string | string[] | undefined>): NodeAddress {
  const key = first(told.IdentityFile)
  return {
    host: first(told.HostName)!,
    port: Number(first(told.Port) ?? 22),
    user: first(told.User) ?? 'vagrant',
    ...(key !== undefined && { identityFile: key.replace(/^~(?=\/)/, homedir()) }),
  }
}

const notRunning = (said: string) =>
  new CannotLook(
    text(`Vagrant does not know the two machines: ${said}`, `Vagrant 找不到這兩台機器：${said}`),
    { help: 'vagrant up' },
  )
