import { createHash } from 'node:crypto'

/** What stands before each record of a backup: its length in bytes, and its SHA-1 (ovsdb(5), “OVSDB JSON”). */
const HEAD = /^OVSDB JSON (\d+) [0-9a-f]{40}\n/

/**
 * What `ovsdb-client backup` wrote, with names replaced by others in its records; their lengths and sums are those of what is
 * there then, without which no server takes it. Throws SyntaxError for what is no backup.
 */
export function withNames(backup: string, names: ReadonlyMap<string, string>): string {
  const parts: string[] = []
  for (let rest = Buffer.from(backup); rest.length > 0; ) {
    const [head, length] = HEAD.exec(rest.subarray(0, 80).toString('latin1')) ?? []
    if (head === undefined) throw new SyntaxError('no backup of OVSDB')
    const end = head.length + Number(length)
    const record = [...names].reduce(
      (content, [from, to]) => content.replaceAll(from, to),
      rest.subarray(head.length, end).toString(),
    )
    const sum = createHash('sha1').update(record).digest('hex')
    parts.push(`OVSDB JSON ${Buffer.byteLength(record)} ${sum}\n${record}`)
    rest = rest.subarray(end)
  }
  return parts.join('')
}
