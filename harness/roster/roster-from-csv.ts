import { join, relative } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import * as yaml from 'yaml'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { joined, type Lang, type Text, text } from '../core/text.ts'
import inventorySchema from '../inventory/inventory.schema.json' with { type: 'json' }
import { type ListedStudent, listedStudents } from './csv-columns.ts'
import rosterSchema from './roster.schema.json' with { type: 'json' }

const CHARACTERS_MAX = 5_000_000
/** More than this many complaints help nobody. */
const COMPLAINTS_MAX = 8

/** Stands where the list says nothing; no id and no host, so that nobody is graded with it. */
export const ASKED = '?'

interface Address {
  host: string
  port?: number
  user?: string
}

/**
 * A first roster from a class list (CSV; comma, semicolon or tab; columns by their headings, those of Moodle's list of
 * participants too). What the list leaves out stands in it as `"?"` with a comment that asks for it, which is refused
 * when the roster is read. `folder`: where the roster will be, for the path of its schema; `lang`: of its comments.
 * Throws BadCall with `row N: sentence` lines: rows that are no student, two with one id or one machine.
 */
export function rosterFromCsv(
  csv: string,
  {
    lesson,
    nodes,
    folder = process.cwd(),
    lang = 'en',
  }: { lesson: string; nodes: readonly string[]; folder?: string; lang?: Lang },
): string {
  const listed = listedStudents(rowsOf(csv), nodes)
  if (listed.length === 0) throw new BadCall(text('the class list has no students', '學生清單裡沒有學生'))
  const problems: Text[] = []
  const seen = new Map<string, number>()
  const students = listed.map(one => studentOf(one, seen, problems))
  if (problems.length > 0) throw new BadCall(joined(problems.slice(0, COMPLAINTS_MAX), text('\n', '\n')))

  const document = new yaml.Document({ schema: 1, lesson, students })
  yaml.visit(document, {
    Pair(_, pair) {
      const key = yaml.isScalar(pair.key) ? String(pair.key.value) : ''
      const { value } = pair
      if (yaml.isScalar(value) && key === 'id' && value.value === ASKED) value.comment = ASK_ID[lang]
      if (!yaml.isMap(value) || key === 'nodes') return
      value.flow = true
      if (value.get('host') === ASKED) value.comment = askHost(key)[lang]
    },
  })
  const schema = relative(folder, join(checkout, 'harness/roster/roster.schema.json'))
  const written = document.toString({
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  })
  return `# yaml-language-server: $schema=${schema}\n\n${HEAD[lang]}\n${written}`
}

const HEAD: Text = text(
  `# Who is graded, and how each student's machines are reached. The schema says what else can be written here.
# "?" stands where the class list said nothing; nobody is graded until it is filled in.
`,
  `# 評分對象，以及如何連到每位學生的機器。還能寫什麼，請看上面的 schema。
# 學生清單沒有提供的地方寫著 "?"，全部填好之後才能評分。
`,
)
const ASK_ID = text(' the student’s id in the course’s system', ' 學生在課程系統裡的 id')
const askHost = (node: string): Text =>
  text(
    ` the address of this student’s ${node}; also port, user and identityFile`,
    ` 這位學生的 ${node} 的位址；也可以寫 port、user、identityFile`,
  )

function rowsOf(csv: string): string[][] {
  if (csv.length > CHARACTERS_MAX)
    throw new BadCall(text('the class list is larger than 5 MB', '學生清單超過 5 MB'))
  // The headings tell: names in a row may have any of them.
  const head = csv.split(/\r?\n|\r/, 1)[0] ?? ''
  const [delimiter] = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length) as [string]
  try {
    return parse(csv, { bom: true, delimiter, relax_column_count: true, trim: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number(error.lines ?? 1)
    throw new BadCall(
      text(
        `line ${line} of the class list is not valid CSV: ${error.message}`,
        `學生清單的第 ${line} 行不是有效的 CSV：${error.message}`,
      ),
    )
  }
}

/** One entry of `students`; a key is left out where there is nothing to say. */
function studentOf(listed: ListedStudent, seen: Map<string, number>, problems: Text[]): object {
  const { row, id, name, identityFile, fields, headings } = listed
  const complain = (en: string, zh: string) => problems.push(text(`row ${row}: ${en}`, `第 ${row} 列：${zh}`))
  const takenBy = (key: string): number | undefined => {
    const other = seen.get(key)
    seen.set(key, other ?? row)
    return other
  }
  if (fields > headings)
    complain(
      `it has ${fields} fields, the headings are ${headings}`,
      `有 ${fields} 欄，但欄位名稱只有 ${headings} 個`,
    )
  if (id !== undefined) {
    if (!ID.test(id))
      complain(
        `the id ${JSON.stringify(id)} may only have letters, digits, dots, dashes and underscores`,
        `id ${JSON.stringify(id)} 只能用英文字母、數字、點、連字號和底線`,
      )
    const other = takenBy(`id ${id.toLowerCase()}`)
    if (other !== undefined)
      complain(`the id ${id} is that of row ${other} already`, `id ${id} 和第 ${other} 列相同`)
  }
  const nodes = Object.entries(listed.addresses).map(([node, written]) => {
    const address = written === undefined ? { host: ASKED } : addressOf(written)
    if (!address)
      complain(
        `the address ${JSON.stringify(written)} of ${node} is not host, host:port or user@host:port`,
        `${node} 的位址 ${JSON.stringify(written)} 不是 host、host:port 或 user@host:port`,
      )
    const server = address && `${address.host}:${'port' in address ? address.port : 22}`.toLowerCase()
    const other = written === undefined || server === undefined ? undefined : takenBy(`server ${server}`)
    if (other !== undefined)
      complain(
        `${node} is a machine that row ${other} has already: ${server}`,
        `${node} 是第 ${other} 列已有的機器：${server}`,
      )
    return [node, { ...address, ...(identityFile !== undefined && { identityFile }) }]
  })
  return { id: id ?? ASKED, ...(name !== undefined && { name }), nodes: Object.fromEntries(nodes) }
}

/** What an address in one word means: `host`, `host:port`, `user@host:port`, an IPv6 address in brackets before a port. */
function addressOf(written: string): Address | undefined {
  const [, user, place = ''] = /^(?:([A-Za-z_][\w.-]*\$?)@)?([^@]+)$/.exec(written) ?? []
  // More than one colon without brackets is an IPv6 address, and no port.
  const [, host, digits] =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(place) ??
    /^([^:]+)(?::(\d+))?$/.exec(place) ??
    /^(.*:.*:.*)$/.exec(place) ??
    []
  const port = digits === undefined ? undefined : Number(digits)
  if (!host || !HOST.test(host) || port === 0 || (port ?? 0) > 65_535) return undefined
  return { host, ...(port !== undefined && { port }), ...(user !== undefined && { user }) }
}

const ID = new RegExp(rosterSchema.$defs.student.properties.id.then.pattern)
const HOST = new RegExp(inventorySchema.$defs.address.properties.host.pattern)
