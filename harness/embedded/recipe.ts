import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import type { ProviderName } from './state.ts'

/** The release of Debian the nodes are, unless told. */
export const suiteOf = (env: NodeJS.ProcessEnv): string => env.OVN_LAB_SUITE || 'trixie'

/** The folder of scripts that run inside a node. */
export const PROVISION = join(checkout, 'harness/provision')

/** What an image is made from. */
export interface Recipe {
  suite: string
  packages: string[]
  /** What the nodes are, and with them what the image is: a folder, or a disk with a kernel. */
  provider: ProviderName
  /** Names the image: changes with anything that goes into it. */
  hash: string
}

/** Packages beside those of every node: a container has no kernel, but wants an init. */
const FOR_BOOTING = ['systemd', 'systemd-sysv', 'dbus', 'udev', 'kmod']

/** Packages a virtual machine needs beside them. */
const FOR_A_VIRTUAL_MACHINE = [
  `linux-image-cloud-${process.arch === 'x64' ? 'amd64' : process.arch}`,
  'initramfs-tools',
]

/** The recipe as the checkout has it now, for nodes of this kind and a release of Debian. */
export function readRecipe(provider: ProviderName, suite: string): Recipe {
  const listed = ['packages.txt', 'outside/packages.txt'].flatMap(packagesIn)
  const isVirtual = provider === 'qemu'
  const packages = [...FOR_BOOTING, ...(isVirtual ? FOR_A_VIRTUAL_MACHINE : []), ...listed]
  const hash = createHash('sha256').update(JSON.stringify([process.arch, suite, packages]))
  const own = isVirtual ? filesUnder('qemu') : []
  const files = ['setup.sh', 'embedded/trim.sh', ...filesUnder('root'), ...filesUnder('outside'), ...own]
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(PROVISION, file)))
  return { suite, provider, packages, hash: hash.digest('hex').slice(0, 12) }
}

const packagesIn = (file: string): string[] =>
  readFileSync(join(PROVISION, file), 'utf8')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))

const filesUnder = (folder: string): string[] =>
  readdirSync(join(PROVISION, folder))
    .sort()
    .map(name => join(folder, name))
    .flatMap(path => (statSync(join(PROVISION, path)).isDirectory() ? filesUnder(path) : [path]))
