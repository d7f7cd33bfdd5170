import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { fingerprintOf, parseHostKey } from '../inventory/host-key.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import type { Student, Work } from './roster.ts'

/**
 * SHA-256 (hex) over who is graded and which machines or folders are looked at, whatever the order of students and keys.
 * Names do not count, nor do files that we log in with, nor where the roster's `folder` is: what another computer grades
 * a part of has the same digest there.
 */
export function digestOf(students: Student[], folder: string): string {
  const who = students.map(({ id, work }) => [id, reached(work, folder)] as const).sort(byFirst)
  return createHash('sha256').update(JSON.stringify(who)).digest('hex')
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : Number(a > b)

const sorted = (entries: object): (readonly [string, unknown])[] => Object.entries(entries).sort(byFirst)

function reached(work: Work, folder: string): unknown {
  if (work.kind === 'lab') return ['lab', work.lab]
  if (work.kind === 'submission') return ['submission', relative(folder, work.folder)]
  return ['nodes', sorted(work.nodes).map(([node, address]) => [node, machine(address as NodeAddress)])]
}

const machine = ({ host, port, user, hostKey, proxyCommand, sockets, tools, jump }: NodeAddress): unknown => [
  host.toLowerCase(),
  port,
  user,
  hostKey === undefined ? null : fingerprintOf(parseHostKey(hostKey)),
  proxyCommand ?? null,
  sorted(sockets ?? {}),
  tools ?? null,
  jump ? machine(jump) : null,
]
