import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/** How a page may be packed, although we did not ask for that (RFC 9110, sections 8.4 and 12.5.3): browsers unpack it. */
const UNPACK: Record<string, typeof gunzipSync> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}
/** More of a page that came packed is not unpacked. */
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024
/** What a value must have to be recognised where others of its row have it: shorter ones stand in every page. */
const LONG_ENOUGH = 3

/** The page of a body as its server has packed it; the body as it came, where it cannot be unpacked. */
export function unpacked(body: Buffer, encoding = ''): string {
  try {
    const unpack = UNPACK[encoding.toLowerCase()]
    return (unpack?.(body, { maxOutputLength: UNPACKED_BYTES_MAX }) ?? body).toString('utf8')
  } catch {
    return body.toString('utf8')
  }
}

/** What a page says first, without its tags. */
export const wordsOf = (page: string): string =>
  page
    .slice(0, 4_000)
    .replace(/<(style|script|title)\b[^>]*>.*?<\/\1>|<[^>]*>/gis, ' ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 160)

/**
 * The words that a browser would show of a page, as near as is needed to find values in them: entities of HTML as what they stand
 * for, each run of white space as one space.
 */
export const shownBy = (page: string): string =>
  plain(page.replaceAll(/<br\b[^>]*>/gi, ' ').replaceAll(ENTITY, whole => meant(whole)))

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
