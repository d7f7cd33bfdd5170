import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { text } from '../core/text.ts'
import { complain, type Manifest } from '../manifest/validate.ts'
import { isWholeHostKey, parseHostKey } from './host-key.ts'
import type { NodeAddress } from './inventory.ts'

const DEFAULT_PORT = 22
const DEFAULT_USER = 'vagrant'

/** An address as it is written: what has a default may be left out. `Jump`: what a machine to hop over is written as. */
export type WrittenAddress<Jump = never> = Omit<NodeAddress, 'port' | 'user' | 'jump'> & {
  port?: number
  user?: string
  jump?: WrittenAddress<Jump> | Jump
}

/** Makes the address meant of one that stands at `path` in a file. Throws BadCall with `file:line:column: sentence`. */
export type CompleteAddress<Jump> = (written: WrittenAddress<Jump>, path: (string | number)[]) => NodeAddress

/**
 * Fills in defaults and makes paths absolute (`absolutePath`, from the file's folder). `at` says where parts of the file
 * stand. `jumpNamed` finds the machine to hop over where it is written as a name; a file without such names needs none.
 */
export function addressCompleter<Jump extends string = never>(about: {
  folder: string
  at: Manifest<unknown>['at']
  jumpNamed?: (name: Jump, path: (string | number)[]) => NodeAddress
}): CompleteAddress<Jump> {
  const { folder, at } = about
  const jumpMeant = (jump: WrittenAddress<Jump> | Jump, path: (string | number)[]): NodeAddress =>
    typeof jump === 'string' ? about.jumpNamed!(jump, path) : completed(jump, path)
  const completed: CompleteAddress<Jump> = (written, path) => {
    const { identityFile, hostKey, knownHostsFile, proxyCommand, jump, ...rest } = written
    if (hostKey !== undefined && !isWholeHostKey(parseHostKey(hostKey)))
      throw complain(
        at(...path, 'hostKey'),
        text(
          'this host key is cut off or damaged: copy the whole line',
          '這把主機金鑰不完整或已損毀：請複製整行',
        ),
      )
    if (proxyCommand && jump)
      throw complain(
        at(...path, 'jump'),
        text('either `jump` or `proxyCommand`, not both', '`jump` 和 `proxyCommand` 只能用其中一個'),
      )
    return {
      ...rest,
      port: written.port ?? DEFAULT_PORT,
      user: written.user ?? DEFAULT_USER,
      ...(identityFile === undefined ? {} : { identityFile: absolutePath(identityFile, folder) }),
      ...(hostKey === undefined ? {} : { hostKey }),
      ...(knownHostsFile === undefined ? {} : { knownHostsFile: absolutePath(knownHostsFile, folder) }),
      ...(proxyCommand === undefined ? {} : { proxyCommand: program(proxyCommand, folder) }),
      ...(jump === undefined ? {} : { jump: jumpMeant(jump, [...path, 'jump']) }),
    }
  }
  return completed
}

/** The path meant by one in a file of this folder: relative ones start there, `~` is the home. */
export const absolutePath = (path: string, folder: string): string =>
  path === '~' || path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(folder, path)

// A bare name is looked up in PATH; what has a path in it is a path like the others.
const program = ([name = '', ...rest]: string[], folder: string): string[] => [
  name.includes('/') ? absolutePath(name, folder) : name,
  ...rest,
]
