import * as yaml from 'yaml'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { type Complaint, complaintsOf } from './complaint.ts'
import { isNestedTooDeep } from './nesting.ts'
import { readTextFile } from './read-text.ts'
import { validatorOf } from './validator-of.ts'

// yaml and ajv take 100 ms to load: import this module only when a file is really to be read.

/** A valid manifest, and where in its file each part stands. */
export interface Manifest<T> {
  value: T
  /** `file:line:column` of the value at this path; of the nearest part around it where it is not there. */
  at(...path: (string | number)[]): string
}

/** More than this many complaints help nobody. */
const COMPLAINTS_MAX = 8

/**
 * Reads a YAML 1.2 file and validates it against a JSON Schema (2020-12). Returns its value. Throws BadCall
 * with one `file:line:column: sentence` a line, the file called what the caller calls it.
 */
export const loadManifest = async <T>(file: string, schema: object): Promise<T> =>
  (await readManifest<T>(file, schema)).value

/** The same, for callers that check more than a schema can and want to say where. */
export async function readManifest<T>(file: string, schema: object): Promise<Manifest<T>> {
  const content = await readTextFile(file)
  if (isNestedTooDeep(content))
    throw complain(`${file}:1:1`, text('the YAML is nested too deep', '這份 YAML 的巢狀層數太多'))
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(content, { lineCounter: lines, prettyErrors: false })
  const locate = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken) throw complain(locate(broken.pos[0]), yamlSentence(broken))
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // The one thing that parses and has no value: aliases that grow without end, or to nowhere.
    const why = (error as Error).message
    throw complain(
      locate(0),
      text(`the YAML has no value (${why})`, '這份 YAML 沒有值：別名（*）沒有對應的 &，或展開後太大'),
    )
  }

  const validate = validatorOf<T>(schema, { allErrors: true })
  const at = (path: (string | number)[], atKey = false) => locate(offsetOf(document, path, atKey))
  if (!validate(value)) throw allComplaints(complaintsOf(validate.errors ?? []), at)
  return { value: value as T, at: (...path) => at(path) }
}

/** A BadCall about one place. */
export const complain = (where: string, sentence: Text): BadCall =>
  new BadCall(text(`${where}: ${sentence.en}`, `${where}：${sentence['zh-TW']}`))

function allComplaints(complaints: Complaint[], at: (path: string[], atKey: boolean) => string): BadCall {
  const byPlace = complaints
    .map(({ path, atKey, sentence }) => ({ where: at(path, atKey), sentence }))
    .sort((a, b) => a.where.localeCompare(b.where, 'en', { numeric: true }))
    .slice(0, COMPLAINTS_MAX)
  return new BadCall(
    text(
      byPlace.map(({ where, sentence }) => `${where}: ${sentence.en}`).join('\n'),
      byPlace.map(({ where, sentence }) => `${where}：${sentence['zh-TW']}`).join('\n'),
    ),
  )
}

const yamlSentence = ({ code, message }: { code: string; message: string }): Text =>
  code === 'DUPLICATE_KEY'
    ? text('this key appears twice', '這個鍵出現了兩次')
    : text(`this is not valid YAML: ${message}`, `這不是有效的 YAML：${YAML_MISTAKES[code] ?? code}`)

/** What the package yaml calls a mistake, by its code. */
const YAML_MISTAKES: Record<string, string> = {
  BAD_ALIAS: '別名（*）寫得不對，或沒有對應的 &',
  BAD_DQ_ESCAPE: '雙引號裡的反斜線寫法不對',
  BAD_INDENT: '縮排不對',
  BAD_SCALAR_START: '值不能以這個字元開頭，請加上引號',
  BLOCK_AS_IMPLICIT_KEY: '這一行不能再有「鍵: 值」，請換行並縮排，或加上引號',
  BLOCK_IN_FLOW: '{ } 或 [ ] 裡不能用換行縮排的寫法',
  MISSING_CHAR: '少了一個符號（冒號、逗號、引號或括號）',
  MULTILINE_IMPLICIT_KEY: '鍵不能跨行：可能少了冒號',
  MULTIPLE_DOCS: '一個檔案只能有一份文件',
  TAB_AS_INDENT: '縮排只能用空白，不能用 tab',
  TAG_RESOLVE_FAILED: '不認得這個標籤（!）',
  UNEXPECTED_TOKEN: '這裡不應該有這個內容',
}

/** The offset of a node of the tree; of what is nearest around it where the tree has no such node. */
function offsetOf(document: yaml.Document, path: (string | number)[], atKey: boolean): number {
  let node: unknown = document.contents
  let offset = start(node)
  for (const [index, step] of path.entries()) {
    if (yaml.isAlias(node)) node = node.resolve(document)
    if (yaml.isMap(node)) {
      const pair = node.items.find(
        item => String(yaml.isScalar(item.key) ? item.key.value : item.key) === String(step),
      )
      if (!pair) return offset
      // A mapping is shown by its key: that is the word a person looks for.
      const isLast = index === path.length - 1
      offset =
        (isLast && atKey) || yaml.isMap(pair.value) ? start(pair.key) : start(pair.value) || start(pair.key)
      node = pair.value
    } else if (yaml.isSeq(node)) {
      node = node.items[Number(step)]
      offset = start(node) || offset
    } else return offset
  }
  return offset
}

const start = (node: unknown): number =>
  (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0
