import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.ts'

/** The folder of scripts that run inside a node. */
export const MACHINE = join(root, 'harness/machine')

/** What an image is made from. */
export interface Recipe {
  suite: string
  packages: string[]
  /** Names the image: changes with anything that goes into it. */
  hash: string
}

/** Packages beside those of every node: a container has no kernel, but wants an init. */
const FOR_BOOTING = ['systemd', 'systemd-sysv', 'dbus', 'udev', 'kmod']

/** The recipe as the checkout and the setting OVN_LAB_SUITE have it now. */
export function readRecipe(env: NodeJS.ProcessEnv): Recipe {
  const suite = env.OVN_LAB_SUITE || 'trixie'
  const listed = readFileSync(join(MACHINE, 'packages.txt'), 'utf8')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
  const packages = [...FOR_BOOTING, ...listed]
  const hash = createHash('sha256').update(JSON.stringify([process.arch, suite, packages]))
  for (const file of ['setup.sh', 'embedded/trim.sh', ...filesUnder('root')])
    hash.update(`\0${file}\0`).update(readFileSync(join(MACHINE, file)))
  return { suite, packages, hash: hash.digest('hex').slice(0, 12) }
}

const filesUnder = (folder: string): string[] =>
  readdirSync(join(MACHINE, folder))
    .sort()
    .map(name => join(folder, name))
    .flatMap(path => (statSync(join(MACHINE, path)).isDirectory() ? filesUnder(path) : [path]))
