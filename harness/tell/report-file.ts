import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { cleanLine } from './clean.ts'
import { cannotWrite, sameFile } from './unwritable.ts'

/** A full disk takes an empty file but not this much; more than a report of a lesson needs. */
const PROBE = Buffer.alloc(65_536, 0x20)

/** Devices, pipes and our own open files are written to as they are: putting a file in their place would remove them. */
function isStream(file: string): boolean {
  if (/^\/(dev\/(stdout|stderr|fd\/)|proc\/)/.test(resolve(file))) return true
  const known = fs.statSync(file, { throwIfNoEntry: false })
  return known !== undefined && !known.isFile() && !known.isDirectory()
}

/** The file itself where `file` is a symbolic link to one. */
function target(file: string): string {
  try {
    return fs.realpathSync(file)
  } catch {
    return resolve(file)
  }
}

/** Writes next to the file, then puts the whole in its place: rename(2) is atomic within one folder. */
function replace(file: string, content: string | Buffer, keep: boolean): void {
  const temporary = join(dirname(file), `.ovn-lab-${randomUUID()}.tmp`)
  try {
    const open = fs.openSync(temporary, 'wx')
    try {
      fs.writeFileSync(open, content)
      fs.fsyncSync(open)
    } finally {
      fs.closeSync(open)
    }
    if (keep) fs.renameSync(temporary, file)
  } finally {
    fs.rmSync(temporary, { force: true })
  }
}

function sayingWhy<Result>(file: string, action: () => Result): Result {
  try {
    return action()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'EIO'
    throw Object.assign(new BadCall(cannotWrite(cleanLine(file), code)), { cause })
  }
}

/**
 * Makes sure, before anything is looked at, that each report that is wanted can be written; folders on the way are made,
 * older reports stay as they are. Two that are to go to the same file are refused: one would be lost. Rejects with
 * BadCall, one sentence.
 */
export async function assertWritable(...files: (string | undefined)[]): Promise<void> {
  const wanted = files.filter(file => file !== undefined)
  for (const file of wanted) assertOne(file)
  const targets = wanted.flatMap(file => (isStream(file) ? [] : [target(file)]))
  const again = targets.find((file, at) => targets.indexOf(file) < at)
  if (again !== undefined) throw new BadCall(sameFile(cleanLine(again)))
}

function assertOne(file: string): void {
  sayingWhy(file, () => {
    if (file === '') throw Object.assign(new Error('no file name'), { code: 'EMPTY' })
    if (isStream(file)) return probeStream(file)
    if (/[/\\]$/.test(file) || fs.statSync(file, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
    makeFolder(dirname(resolve(file)))
    if (fs.existsSync(file)) fs.accessSync(file, fs.constants.W_OK)
    replace(target(file), PROBE, false)
  })
}

/** A device such as /dev/full opens well and takes nothing, so it gets one empty line; a pipe would show it. */
function probeStream(file: string): void {
  const known = fs.statSync(file)
  fs.accessSync(file, fs.constants.W_OK)
  if (!known.isCharacterDevice()) return
  const open = fs.openSync(file, 'a')
  try {
    if (!/^\/(dev\/(stdout|stderr|fd\/|tty)|proc\/)/.test(resolve(file))) fs.writeSync(open, '\n')
  } finally {
    fs.closeSync(open)
  }
}

/**
 * Writes a whole report or nothing: where it fails an older report is still there, and no half one.
 * Throws BadCall, one sentence.
 */
export function writeReport(file: string, content: string | Buffer): void {
  sayingWhy(file, () => {
    if (isStream(file)) fs.appendFileSync(file, content)
    else replace(target(file), content, true)
  })
}

/** Plain data as the content of a report. */
export const asJson = (data: unknown): string => `${JSON.stringify(data, null, 2)}\n`
