import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { BadCall, CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { parseKnownHosts } from '../inventory/known-hosts.ts'
import { serverName } from '../ssh/address.ts'
import type { HostKeyPins } from '../ssh/host-key-pins.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import type { Roster, Student } from './roster.ts'

const HEADER = `# Host keys, pinned when a machine was first reached. A machine that was rebuilt: remove its line.
`

/** A host key that was pinned just now. */
export interface FirstUse {
  student: string
  /** `hypervisor`, or `hypervisor via bastion.example` for the machine hopped over. */
  node: string
  /** `TYPE BASE64` */
  key: string
}

/** The host keys of a class: those the roster has, and those in the lock file beside it. */
export interface ClassPins {
  /** `class.yaml.lock`, in known_hosts' form; it may not be there yet. */
  lockFile: string
  /** What connectMachine of one student's nodes is to be given. */
  of(student: string): HostKeyPins
  /** Where a server's key is pinned; undefined where it is not. */
  where(address: NodeAddress): 'roster' | 'lock' | undefined
}

/**
 * Opens the lock file of a roster. A key of a server that has none is pinned there when it is first used, or the
 * server is refused where `isStrict`. Several students, and several processes, may pin at the same time: the first
 * line of a server counts. Throws BadCall where the file has a line that is no pinned key, or cannot be read; or cannot
 * be written, and some server's key is not pinned yet.
 */
export function pinHostKeys(
  roster: Roster,
  { isStrict, onFirstUse = () => {} }: { isStrict: boolean; onFirstUse?: (first: FirstUse) => void },
): ClassPins {
  const lockFile = `${roster.file}.lock`
  let pins = readLock(lockFile)
  const where = (address: NodeAddress) =>
    address.hostKey !== undefined ? 'roster' : pins.has(serverName(address)) ? 'lock' : undefined
  if (!isStrict && serversOf(roster.students).some(address => where(address) === undefined))
    assertWritable(lockFile)

  const keep = (student: string, node: string, address: NodeAddress, key: string) => {
    const server = serverName(address)
    try {
      // Another process may have been here.
      pins = readLock(lockFile)
      const isFirst = !pins.has(server)
      if (isFirst) append(lockFile, `${server} ${key} ${student} ${node}\n`)
      // What stands first now is pinned, also where two have appended at once.
      pins = readLock(lockFile)
      const kept = pins.get(server) ?? key
      if (isFirst && kept === key) onFirstUse({ student, node, key })
      return { key: kept }
    } catch (error) {
      return { failed: notPinned(node, lockFile, error) }
    }
  }
  return {
    lockFile,
    where,
    of: student => ({
      file: roster.file,
      lockFile,
      isStrict,
      scope: roster.file,
      kept: address => pins.get(serverName(address)),
      keep: (node, address, key) => keep(student, node, address, key),
    }),
  }
}

/** Everything that is connected to for some students: nodes, and what is hopped over. */
export function serversOf(students: Pick<Student, 'work'>[]): NodeAddress[] {
  const hops = (address: NodeAddress): NodeAddress[] => [address, ...(address.jump ? hops(address.jump) : [])]
  return students.flatMap(({ work }) =>
    work.kind === 'nodes' ? Object.values(work.nodes).flatMap(hops) : [],
  )
}

/** `TYPE BASE64` by server; none where there is no file. */
function readLock(file: string): Map<string, string> {
  const pins = new Map<string, string>()
  for (const [index, line] of contentOf(file).split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [entry] = parseKnownHosts(line)
    // To leave it out would be to trust whoever answers next.
    if (!entry || entry.revoked) throw brokenLine(`${file}:${index + 1}`)
    if (!pins.has(entry.hosts)) pins.set(entry.hosts, `${entry.type} ${entry.blob.toString('base64')}`)
  }
  return pins
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw new BadCall(
      text(`${file} cannot be read (${codeOf(error)})`, `無法讀取 ${file}（${codeOf(error)}）`),
    )
  }
}

/** One write of one line: the kernel puts what several append one after the other (open(2), O_APPEND). */
function append(file: string, line: string): void {
  const before = contentOf(file)
  const start = before === '' ? HEADER : before.endsWith('\n') ? '' : '\n'
  const bytes = Buffer.from(start + line)
  const open = openSync(file, 'a')
  try {
    if (writeSync(open, bytes) < bytes.length) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
  } finally {
    closeSync(open)
  }
}

function assertWritable(file: string): void {
  try {
    append(file, '')
  } catch (error) {
    throw new BadCall(cannotWrite(file, codeOf(error)))
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

const cannotWrite = (file: string, code: string): Text =>
  text(
    `host keys are pinned in ${file}, which cannot be written (${code})`,
    `主機金鑰要釘選在 ${file}，但無法寫入這個檔案（${code}）`,
  )

const notPinned = (node: string, file: string, error: unknown): CannotLook => {
  const why = error instanceof BadCall ? error.sentence : cannotWrite(file, codeOf(error))
  return new CannotLook(
    text(`${node}: its host key was not pinned: ${why.en}`, `${node}：主機金鑰沒有釘選：${why['zh-TW']}`),
    { where: node, help: `ls -l ${shellQuote(file)}`, cause: error },
  )
}

const brokenLine = (where: string): BadCall =>
  new BadCall(
    text(
      `${where}: this line is no pinned host key (SERVER TYPE KEY); it may be cut off: remove it to pin that machine again`,
      `${where}：這一行不是釘選的主機金鑰（SERVER TYPE KEY），可能不完整：移除它就會重新釘選那台機器`,
    ),
  )
