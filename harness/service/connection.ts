import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'

/**
 * The address of the database: what the flag says, else, or where it says nothing (`true`), DATABASE_URL, which other users
 * of the machine do not see among its processes. Throws BadCall where there is none, or it is no address of PostgreSQL; the address itself is in no sentence.
 */
export function connectionFrom(flag: string | true | undefined, env: NodeJS.ProcessEnv): string {
  const address = typeof flag === 'string' ? flag : env.DATABASE_URL
  if (!address)
    throw new BadCall(
      text(
        'No database is named: set DATABASE_URL, or give --queue postgres://USER@HOST/DATABASE.',
        '沒有指定資料庫：請設定 DATABASE_URL，或加上 --queue postgres://USER@HOST/DATABASE。',
      ),
    )
  if (!/^postgres(ql)?:/.test(address) || !URL.canParse(address))
    throw new BadCall(
      text(
        'The address of the queue is not of the form postgres://USER@HOST:PORT/DATABASE.',
        '佇列的位址格式不是 postgres://USER@HOST:PORT/DATABASE。',
      ),
    )
  return address
}

/** Host, port and database, as they may be shown. */
export function placeOf(connection: string): string {
  const url = new URL(connection)
  return cleanLine((url.host || url.searchParams.get('host') || 'localhost') + url.pathname)
}

const NOBODY_THERE = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]

/** What went wrong with a database, in one sentence and without its password. */
export function databaseTrouble(error: unknown, connection: string): BadCall {
  if (error instanceof BadCall) return error
  const { code = '', message = '', syscall, path } = error as NodeJS.ErrnoException
  const place = placeOf(connection)
  if (syscall === 'open')
    return new BadCall(
      text(
        `The address of the queue names the file ${path}, which cannot be read (${code}).`,
        `佇列的位址裡寫的檔案 ${path} 無法讀取（${code}）。`,
      ),
    )
  if (NOBODY_THERE.includes(code) || /timeout/i.test(message))
    return new BadCall(
      text(
        `No PostgreSQL answers at ${place} (${code || 'timeout'}).`,
        `${place} 沒有 PostgreSQL 回應（${code || 'timeout'}）。`,
      ),
    )
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (code === '28P01' || code === '28000' || /password must be a string/.test(message))
    return new BadCall(
      text(
        `PostgreSQL at ${place} refuses the user or password.`,
        `${place} 的 PostgreSQL 拒絕這個使用者或密碼。`,
      ),
    )
  if (code === '3D000')
    return new BadCall(
      text(
        `There is no database at ${place}: createdb creates one.`,
        `${place} 沒有這個資料庫：可用 createdb 建立。`,
      ),
    )
  if (code === '42501')
    return new BadCall(
      text(
        `The user of ${place} may not create a schema there: GRANT CREATE ON DATABASE allows it.`,
        `${place} 的使用者不能建立 schema：請用 GRANT CREATE ON DATABASE 授權。`,
      ),
    )
  const words = withoutPassword(cleanLine(message, { limit: 300 }), connection)
  return new BadCall(text(`The database ${place} fails: ${words}`, `資料庫 ${place} 發生錯誤：${words}`))
}

function withoutPassword(words: string, connection: string): string {
  const { password } = new URL(connection)
  return [password, safelyDecoded(password)].reduce(
    (rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '…')),
    words,
  )
}

function safelyDecoded(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}
