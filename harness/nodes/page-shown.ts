import { gunzipSync } from 'node:zlib'

/** More of a page that came packed is not unpacked. */
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024
/** What a value must have to be recognised where others of its row have it: shorter ones stand in every page. */
const LONG_ENOUGH = 3

/**
 * The words that a browser would show of a page, as near as is needed to find values in them: unpacked where the server has packed it
 * (who names no coding takes each of them, RFC 9110, 12.5.3), entities of HTML as what they stand for, each run of white space as one space.
 */
export function shownBy(body: Buffer): string {
  const page = body[0] === 0x1f && body[1] === 0x8b ? unpacked(body) : body
  return plain(
    page
      .toString('utf8')
      .replaceAll(/<br\b[^>]*>/gi, ' ')
      .replaceAll(ENTITY, whole => meant(whole)),
  )
}

/** Whether a page shows a row of a database: one of its values, so that it may leave out columns. */
export function isShown(row: string[], page: string): boolean {
  const values = row.map(plain).filter(value => value !== '')
  const long = values.filter(({ length }) => length >= LONG_ENOUGH)
  return (long.length > 0 ? long : values).some(value => page.includes(value))
}

const plain = (words: string) => words.replaceAll(/\s+/g, ' ').trim()

const ENTITY = /&(?:#(\d+)|#x([0-9a-f]+)|amp|lt|gt|quot|apos|nbsp);/gi
const NAMED: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' },
}

function meant(entity: string): string {
  const name = entity.slice(1, -1).toLowerCase()
  if (!name.startsWith('#')) return NAMED[name]!
  const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return point <= 0x10ffff ? String.fromCodePoint(point) : entity
}

function unpacked(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: UNPACKED_BYTES_MAX })
  } catch {
    return body
  }
}
