import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { whyNotWritten } from '../tell/unwritable.ts'

/** What a file is called until it is whole. */
export const isUnfinished = (name: string): boolean => /^\.ovn-lab-[0-9a-f-]{36}\.tmp$/.test(name)
const unfinishedIn = (folder: string) => join(folder, `.ovn-lab-${randomUUID()}.tmp`)

/** What the system refuses to write, as one sentence. */
export function notWritten(file: string, cause: unknown): BadCall {
  if (cause instanceof BadCall) return cause
  const { code } = cause as NodeJS.ErrnoException
  if (code === undefined) throw cause
  const [name, why] = [cleanLine(file), whyNotWritten(code)]
  return Object.assign(
    new BadCall(
      text(
        `Cannot write ${name}: ${why.en}; what was stored before is whole.`,
        `無法寫入 ${name}：${why['zh-TW']}；先前存下的都完好。`,
      ),
    ),
    { cause },
  )
}

/** What `action` returns; BadCall where the system refuses it. */
export function sayingWhy<Result>(file: string, action: () => Result): Result {
  try {
    return action()
  } catch (cause) {
    throw notWritten(file, cause)
  }
}

/** Writes a file whole, unless there is one of that name: then that one stays. Returns whether it was written. */
export function putNew(file: string, content: string | Buffer, mode = 0o644): boolean {
  const unfinished = unfinishedIn(dirname(file))
  try {
    fs.writeFileSync(unfinished, content, { flag: 'wx', mode, flush: true })
    // link(2) never replaces a file.
    fs.linkSync(unfinished, file)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw cause
  } finally {
    fs.rmSync(unfinished, { force: true })
  }
}

/** Writes a file whole, and onto the disk, before it has its name. `folder`: where it is until then, on the same disk. */
export async function putWhole(file: string, content: Buffer, folder: string): Promise<void> {
  const unfinished = unfinishedIn(folder)
  try {
    await using handle = await open(unfinished, 'wx')
    await handle.writeFile(content)
    await handle.sync()
    await rename(unfinished, file)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw cause
  }
  await syncFolder(dirname(file))
}

/** That a name is in a folder is on the disk only after this; where a system has no such thing, there is nothing to do. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch {
    // Some file systems refuse it.
  } finally {
    await handle?.close()
  }
}
