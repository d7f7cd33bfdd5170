import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { text } from '../core/text.ts'

/** One row of a class list, by what its columns mean; what a row leaves empty is undefined. */
export interface ListedStudent {
  /** As a spreadsheet counts: the headings are row 1. */
  row: number
  id: string | undefined
  name: string | undefined
  /** By node, as it is written: `user@host:port`. */
  addresses: Record<string, string | undefined>
  identityFile: string | undefined
  /** How many fields it has, without empty ones at its end; and how many headings there are. */
  fields: number
  headings: number
}

/** Headings of what tells students apart, best first; the first of them that has any value is taken. */
const IDS = [
  ['id', 'idnumber', 'studentid', 'studentnumber', 'studentno', '學號'],
  ['username', '使用者名稱', '帳號'],
]
const EMAILS = ['email', 'emailaddress', 'mail', '電子郵件', '電子郵件地址', '電子郵件信箱', '信箱']
const NAMES = ['name', 'fullname', 'studentname', '姓名', '全名']
const FIRST_NAMES = ['firstname', 'givenname', '名', '名字']
const LAST_NAMES = ['lastname', 'surname', 'familyname', '姓', '姓氏']
const IDENTITY_FILES = ['identityfile', 'key', 'keyfile', '金鑰', '私密金鑰']

const plainWord = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

/**
 * What the columns of a class list mean, by their headings, in any order; unknown ones are left out, empty rows too.
 * Throws BadCall where no heading says who a student is, or one is nearly that of a node.
 */
export function listedStudents(
  [headings = [], ...rows]: string[][],
  nodes: readonly string[],
): ListedStudent[] {
  const words = headings.map(plainWord)
  const columnOf = (known: readonly string[]) => words.findIndex(word => known.includes(word))
  const valueIn = (row: string[], column: number) => row[column]?.trim() || undefined
  const hasAny = (column: number) => rows.some(row => valueIn(row, column) !== undefined)

  const emails = columnOf(EMAILS)
  const ids = [...IDS.map(columnOf), emails].find(column => column >= 0 && hasAny(column)) ?? -1
  const [names, firsts, lasts] = [NAMES, FIRST_NAMES, LAST_NAMES].map(columnOf) as [number, number, number]
  if (Math.max(ids, names, firsts, lasts) < 0) throw noStudents(headings)
  const columns = nodes.map(node => [node, words.indexOf(plainWord(node))] as const)
  const misspelt = headings.find(
    (_, column) =>
      columns.every(([, of]) => of !== column) &&
      columns.some(([node, of]) => of < 0 && nearest(words[column] ?? '', [plainWord(node)])),
  )
  if (misspelt !== undefined) throw nearlyANode(misspelt, nodes)
  const identityFiles = columnOf(IDENTITY_FILES)

  return rows.flatMap((cells, index) => {
    if (cells.every(cell => cell.trim() === '')) return []
    const id = valueIn(cells, ids)
    return {
      row: index + 2,
      id: ids === emails ? id?.split('@')[0] : id,
      name: valueIn(cells, names) ?? fullName(valueIn(cells, firsts), valueIn(cells, lasts)),
      addresses: Object.fromEntries(columns.map(([node, column]) => [node, valueIn(cells, column)])),
      identityFile: valueIn(cells, identityFiles),
      fields: cells.findLastIndex(cell => cell.trim() !== '') + 1,
      headings: headings.length,
    }
  })
}

// Chinese names are written without a space, the family's name first.
function fullName(first: string | undefined, last: string | undefined): string | undefined {
  if (first && last && /^\p{Script=Han}+$/u.test(first + last)) return last + first
  return [first, last].filter(Boolean).join(' ') || undefined
}

const noStudents = (headings: string[]): BadCall => {
  const found = headings.filter(Boolean).map(heading => `"${heading}"`)
  const [has, hasZh] = found.length > 0 ? [found.join(', '), found.join('、')] : ['nothing', '空白']
  return new BadCall(
    text(
      `row 1 of the class list has no heading that says who a student is, such as id, name, "ID number" or "Email address"; it has: ${has}`,
      `學生清單的第 1 列沒有說明學生是誰的欄位名稱，例如 id、name、學號、姓名；只有：${hasZh}`,
    ),
  )
}

function nearlyANode(heading: string, nodes: readonly string[]): BadCall {
  const meant = nearest(plainWord(heading), nodes) ?? ''
  return new BadCall(
    text(
      `row 1 of the class list: unknown heading "${heading}"; did you mean "${meant}"?`,
      `學生清單的第 1 列：不認得欄位名稱「${heading}」，是不是要寫「${meant}」？`,
    ),
  )
}
