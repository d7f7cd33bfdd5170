import { CannotLook } from '../core/errors.ts'
import { factorOf } from '../core/patience.ts'
import { text } from '../core/text.ts'
import type { PageQuestion } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { KEEP_ROW } from './page-programs.ts'

const ROW_SECONDS = 4

/** Puts a row that nobody has seen before into a table; CannotLook where its database does not let us. Whatever becomes of us, the row goes again. */
export async function putRow(
  machine: Machine,
  { address, port, fresh }: PageQuestion['database'],
  mark: string,
): Promise<{ remove(): Promise<void> }> {
  if (!fresh) throw new TypeError('no table to put a row in')
  const { user, database, table, columns } = fresh
  const seconds = Math.ceil(ROW_SECONDS * factorOf([machine]))
  const insert = `INSERT INTO ${table} (${columns.join()}) VALUES ('${mark}', '${mark}')`
  const words = [
    address,
    port,
    user,
    database,
    seconds,
    insert,
    `DELETE FROM ${table} WHERE ${columns[0]} = '${mark}'`,
  ]
  const script = `exec perl -e ${shellQuote(KEEP_ROW)} ${words.map(word => shellQuote(String(word))).join(' ')}`
  const process = await machine.start(script, { stdin: 'data', lifeMs: 30_000 })
  let said = ''
  const isReady = await new Promise<boolean>(resolve => {
    process.stdio.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      if (said.includes('\n')) resolve(said.startsWith('ready'))
    })
    process.stdio.on('error', () => resolve(false))
    void process.exited.then(() => resolve(said.startsWith('ready')))
  })
  process.stderr.resume()
  const remove = async () => {
    process.stdio.end()
    await process.exited
    process.stdio.destroy()
  }
  if (isReady) return { remove }
  await remove()
  const why = said.trim().replace(/^refused /, '') || 'no answer'
  throw new CannotLook(
    text(
      `the database ${address}:${port} does not answer on its own machine (${why})`,
      `資料庫 ${address}:${port} 在自己的機器上也沒有回應（${why}）`,
    ),
    { where: `${address}:${port}` },
  )
}
