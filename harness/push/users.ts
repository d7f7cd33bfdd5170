import { parse } from 'csv-parse/sync'
import { text } from '../core/text.ts'
import { readTextFile } from '../manifest/read-text.ts'
import { complain } from '../manifest/validate.ts'

/** One line of the file: who a student is for the platform. */
export interface User {
  student: string
  user: string
  /** `file:line`. */
  where: string
}

/** Reads a CSV file with the columns id and user. Throws BadCall with `file:line: sentence`. */
export async function readUsers(file: string): Promise<User[]> {
  const content = await readTextFile(file)
  let rows: { record: Record<string, string>; info: { lines: number } }[]
  try {
    rows = parse(content, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true })
  } catch (error) {
    const { message, lines } = error as { message: string; lines?: number }
    throw complain(
      `${file}:${lines ?? 1}`,
      text(`this is not valid CSV: ${message}`, `這不是有效的 CSV：${message}`),
    )
  }
  return rows.map(({ record: { id, user }, info: { lines } }) => {
    const where = `${file}:${lines}`
    if (!id || !user)
      throw complain(
        where,
        text(
          'each line needs a value in the columns `id` and `user`',
          '每一行的 `id` 和 `user` 兩欄都要有值',
        ),
      )
    return { student: id, user, where }
  })
}
