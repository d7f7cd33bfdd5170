import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { putNew, sayingWhy } from './disk.ts'

export const LOCK = '.grading'

/** Who writes to a folder. */
interface Holder {
  pid: number
  /** When it started, as the kernel counts (proc_pid_stat(5)): process ids are used again. Empty where that is not told. */
  startedAt: string
  host: string
}

/**
 * Holds a folder of bundles until the returned value is disposed of. One that was left by a grader that is no more is
 * taken over. Throws BadCall where another one is at work there.
 */
export function lockFolder(folder: string): Disposable {
  const file = join(folder, LOCK)
  const own = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) ?? '', host: hostname() })
  while (!sayingWhy(file, () => putNew(file, own))) {
    const before = contentOf(file)
    // It was given back in this moment.
    if (before === undefined) continue
    const holder = holderOf(before)
    if (holder && isAlive(holder)) throw inUse(folder, file, holder)
    if (!sayingWhy(file, () => takeAway(file, before))) throw inUse(folder, file, holder)
  }
  return {
    [Symbol.dispose]: () => {
      if (contentOf(file) === own) fs.rmSync(file, { force: true })
    },
  }
}

function contentOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Undefined where a crash left half a file. */
function holderOf(content: string): Holder | undefined {
  try {
    const { pid, startedAt, host } = JSON.parse(content) as Holder
    return Number.isInteger(pid) && pid > 0 ? { pid, startedAt, host: String(host) } : undefined
  } catch {
    return undefined
  }
}

/** Of another computer nobody here can tell. */
function isAlive({ pid, startedAt, host }: Holder): boolean {
  if (host !== hostname()) return true
  const start = startOf(pid)
  return start !== undefined && (start === '' || startedAt === '' || start === startedAt)
}

/** When a process started; empty where the system does not tell, undefined where there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the name, may itself hold blanks and brackets.
    const [state = '', ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return /[ZX]/.test(state) ? undefined : (others[18] ?? '')
  } catch {
    if (fs.existsSync('/proc/self/stat')) return undefined
  }
  try {
    process.kill(pid, 0)
    return ''
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined
  }
}

/** Removes a lock whose holder is no more; false where another grader was faster, and holds it now. */
function takeAway(file: string, expected: string): boolean {
  const aside = `${file}.${randomUUID()}`
  try {
    fs.renameSync(file, aside)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw cause
  }
  const taken = contentOf(aside)
  if (taken !== expected) fs.linkSync(aside, file)
  fs.rmSync(aside, { force: true })
  return taken === expected
}

function inUse(folder: string, file: string, holder: Holder | undefined): BadCall {
  const [name, lock] = [cleanLine(folder), cleanLine(file)]
  if (holder === undefined || holder.host === hostname())
    return new BadCall(
      text(
        `Another grading${holder ? ` (process ${holder.pid})` : ''} is writing to ${name}: wait for it, or choose another folder.`,
        `另一個評分程序${holder ? `（程序 ${holder.pid}）` : ''}正在寫入 ${name}：請等它結束，或改用別的資料夾。`,
      ),
    )
  const host = cleanLine(holder.host)
  return new BadCall(
    text(
      `A grading on ${host} is writing to ${name}: wait for it, or remove ${lock} if it no longer runs.`,
      `${host} 上的評分程序正在寫入 ${name}：請等它結束；若它已不在執行，請移除 ${lock}。`,
    ),
  )
}
