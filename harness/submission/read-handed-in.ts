import { constants } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { text } from '../core/text.ts'

/** More than a lesson's commands will ever be. */
export const FILE_BYTES_MAX = 256 * 1024

/**
 * The files that were handed in, by name, as text with Unix line ends. Names that begin with a dot belong to somebody's
 * system and are passed over. BadCall for other names than `known`, for what is no plain file (a link could lead to files
 * of the grader's), and for what is too large or no text.
 */
export async function readHandedIn(folder: string, known: string[]): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((problem: NodeJS.ErrnoException) => {
    throw noFolder(folder, problem)
  })
  const files = new Map<string, string>()
  for (const name of names.filter(each => !each.startsWith('.')).sort()) {
    if (!known.includes(name)) throw otherName(folder, name, known)
    files.set(name, await textOf(join(folder, name)))
  }
  return files
}

async function textOf(path: string): Promise<string> {
  // Not followed, and not waited for where it is a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (problem: NodeJS.ErrnoException) => {
      throw problem.code === 'ELOOP' ? noPlainFile(path) : unreadable(path, problem)
    },
  )
  try {
    return await contentOf(file, path)
  } finally {
    await file.close()
  }
}

async function contentOf(file: FileHandle, path: string): Promise<string> {
  const stat = await file.stat()
  if (!stat.isFile()) throw noPlainFile(path)
  if (stat.size > FILE_BYTES_MAX) throw tooLarge(path, stat.size)
  const bytes = (await file.readFile()).subarray(0, FILE_BYTES_MAX + 1)
  if (bytes.length > FILE_BYTES_MAX) throw tooLarge(path, bytes.length)
  try {
    // Takes a byte order mark away as well.
    const content = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (content.includes('\0')) throw new TypeError('a NUL')
    return content.replaceAll('\r\n', '\n')
  } catch {
    throw noText(path)
  }
}

const noFolder = (folder: string, { code }: NodeJS.ErrnoException) =>
  new BadCall(
    code === 'ENOENT'
      ? text(`${folder}: there is no such folder`, `${folder}：沒有這個資料夾`)
      : text(`${folder}: cannot be read as a folder (${code})`, `${folder}：無法當作資料夾讀取（${code}）`),
  )

function otherName(folder: string, name: string, known: string[]): BadCall {
  const guess = nearest(name, known)
  return new BadCall(
    text(
      `${join(folder, name)}: no file of this name can be handed in${guess === undefined ? '' : `; did you mean ${guess}?`} Files of a submission: ${known.join(', ')}.`,
      `${join(folder, name)}：不能繳交這個名稱的檔案${guess === undefined ? '' : `，是不是要寫 ${guess}？`}可繳交的檔案：${known.join('、')}。`,
    ),
  )
}

const noPlainFile = (path: string) =>
  new BadCall(
    text(`${path}: is a link or a folder, not a plain file`, `${path}：是連結或資料夾，不是一般檔案`),
  )

const unreadable = (path: string, { code }: NodeJS.ErrnoException) =>
  new BadCall(text(`${path}: cannot be read (${code})`, `${path}：無法讀取（${code}）`))

const tooLarge = (path: string, bytes: number) =>
  new BadCall(
    text(
      `${path}: has ${bytes} bytes; ${FILE_BYTES_MAX} are the limit`,
      `${path}：有 ${bytes} 位元組，上限是 ${FILE_BYTES_MAX}`,
    ),
  )

const noText = (path: string) =>
  new BadCall(text(`${path}: is not a text in UTF-8`, `${path}：不是 UTF-8 文字檔`))
