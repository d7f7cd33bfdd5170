import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { homedir, networkInterfaces, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { type Answer, ask } from '../core/program.ts'
import { missingTools } from '../embedded/host.ts'
import { canRunHere } from '../embedded/index.ts'
import type { Facts, OwnKind } from './facts.ts'

/** What can be asked of a computer before anything is judged; a test plays one of another system. */
export interface Computer {
  platform: NodeJS.Platform
  arch: string
  env: NodeJS.ProcessEnv
  home: string
  memoryMiB: number
  /** As process.version has it. */
  node: string
  ask(program: string, argv: string[]): Promise<Answer | undefined>
  /** A file's text; undefined where there is none we may read. */
  read(file: string): string | undefined
  /** Whether a device can be used by this user. */
  device(file: string): 'opens' | 'refused' | 'missing'
  /** MiB free in the file system of a folder, which need not be there yet. */
  freeMiB(folder: string): number
  addresses(): Facts['addresses']
  /** Whether a lab of our own kinds could run, by its own judgement. */
  own(kind: 'embedded' | 'qemu'): Promise<OwnKind>
}

/** Long enough for Vagrant's Ruby on a slow disk. */
const PATIENCE_MS = 60_000

/** The computer this runs on. */
export const thisComputer = (): Computer => ({
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  home: homedir(),
  memoryMiB: Math.floor(totalmem() / 2 ** 20),
  node: process.version,
  ask: (program, argv) =>
    // Words of programs are read for what they say, so they say it in English.
    ask(program, argv, { timeoutMs: PATIENCE_MS, env: { ...process.env, LC_ALL: 'C' } }),
  read(file) {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return undefined
    }
  },
  device(file) {
    if (!existsSync(file)) return 'missing'
    try {
      accessSync(file, constants.R_OK | constants.W_OK)
      return 'opens'
    } catch {
      return 'refused'
    }
  },
  freeMiB: folder => {
    const { bavail, bsize } = statfsSync(nearest(folder))
    return Math.floor((bavail * bsize) / 2 ** 20)
  },
  addresses: () =>
    Object.entries(networkInterfaces()).flatMap(([link, addresses]) =>
      (addresses ?? [])
        .filter(({ family }) => family === 'IPv4')
        .map(({ cidr, mac }) => ({ link, cidr: cidr ?? '', mac: mac.toLowerCase() })),
    ),
  async own(kind) {
    const can = await canRunHere(kind)
    if (!can.ok) return { why: can.reason, packages: [] }
    return { packages: missingTools(kind).map(tool => tool.package) }
  },
})

const nearest = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder))
