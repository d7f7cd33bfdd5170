import type { ErrorObject } from 'ajv'
import { nearest } from '../core/nearest.ts'
import { type Text, text } from '../core/text.ts'

/** What a schema says beside `description`, for those who read Chinese. */
const DESCRIPTION_ZH = 'description-zh-TW'

/** How ajv reads our schemas: whatever else they say must mean something, and errors come with the schema they are of. */
export const READS_SCHEMAS = { strict: true, verbose: true, keywords: [DESCRIPTION_ZH] }

/** What is wrong with a manifest, and at which node of its tree. */
export interface Complaint {
  /** Keys and indexes from the root. */
  path: string[]
  /** Whether the key itself is wrong, not its value. */
  atKey: boolean
  sentence: Text
}

/** One sentence for each error of ajv worth telling; what only follows from another one is left out. */
export function complaintsOf(errors: ErrorObject[]): Complaint[] {
  const meant = new Set<string>()
  const complaints: Complaint[] = []
  for (const error of errors) {
    const key = unknownKey(error)
    if (key === undefined) continue
    const known = Object.keys(error.parentSchema?.properties ?? {})
    const near = nearest(key, known)
    if (near !== undefined) meant.add(`${error.instancePath}/${near}`)
    complaints.push({
      path: [...pathOf(error), key],
      atKey: true,
      sentence: unknownKeySentence(key, near, known),
    })
  }
  for (const error of errors) {
    if (unknownKey(error) !== undefined) continue
    // A misspelt key is missing under its right name, too: one sentence is enough.
    if (error.keyword === 'required' && meant.has(`${error.instancePath}/${error.params.missingProperty}`))
      continue
    const sentence = sentenceOf(error)
    if (sentence) complaints.push({ path: pathOf(error), atKey: false, sentence })
  }
  return complaints
}

const unknownKey = (error: ErrorObject): string | undefined =>
  error.params.additionalProperty ?? error.params.unevaluatedProperty

// RFC 6901: ~1 is a slash, ~0 a tilde.
const pathOf = (error: ErrorObject): string[] =>
  error.instancePath
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))

function unknownKeySentence(key: string, near: string | undefined, known: string[]): Text {
  if (near !== undefined)
    return text(
      `unknown key \`${key}\`; did you mean \`${near}\`?`,
      `不認得 \`${key}\`，是不是要寫 \`${near}\`？`,
    )
  if (known.length === 0) return text(`unknown key \`${key}\``, `不認得 \`${key}\``)
  const list = known.map(word => `\`${word}\``)
  return text(
    `unknown key \`${key}\`; known here are ${list.join(', ')}`,
    `不認得 \`${key}\`；這裡可以用的有 ${list.join('、')}`,
  )
}

const KINDS: Record<string, Text> = {
  object: text('a mapping (key: value)', '鍵值對應（key: value）'),
  array: text('a list', '清單'),
  string: text('a text', '文字'),
  integer: text('a whole number', '整數'),
  number: text('a number', '數字'),
  boolean: text('true or false', 'true 或 false'),
  null: text('empty', '空值'),
}

/** What a person calls the node at a path. */
function nameOf(path: string[]): Text {
  const name = path.at(-1)
  const list = path.at(-2)
  if (name === undefined) return text('the file', '檔案')
  if (list === undefined || !/^\d+$/.test(name)) return text(`\`${name}\``, `\`${name}\``)
  const place = Number(name) + 1
  return text(`entry ${place} of \`${list}\``, `\`${list}\` 的第 ${place} 項`)
}

function sentenceOf(error: ErrorObject): Text | undefined {
  const { params } = error
  const { en, 'zh-TW': zh } = nameOf(pathOf(error))
  const list = (values: unknown[]) => values.map(value => `\`${String(value)}\``)
  switch (error.keyword) {
    case 'required':
      return text(`${en} has no \`${params.missingProperty}\``, `${zh}缺少 \`${params.missingProperty}\``)
    case 'type': {
      const kinds: Text[] = [params.type].flat().map((type: string) => KINDS[type] ?? text(type, type))
      return text(
        `${en} must be ${kinds.map(kind => kind.en).join(' or ')}`,
        `${zh}必須是${kinds.map(kind => kind['zh-TW']).join('或')}`,
      )
    }
    case 'enum': {
      const near =
        typeof error.data === 'string' ? nearest(error.data, params.allowedValues.map(String)) : undefined
      const hint =
        near === undefined ? text('', '') : text(`; did you mean \`${near}\`?`, `，是不是要寫 \`${near}\`？`)
      const values = list(params.allowedValues)
      return text(
        `${en} must be one of ${values.join(', ')}${hint.en}`,
        `${zh}必須是 ${values.join('、')} 其中之一${hint['zh-TW']}`,
      )
    }
    case 'const':
      return text(`${en} must be \`${params.allowedValue}\``, `${zh}必須是 \`${params.allowedValue}\``)
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return text(
        `${en} must be ${params.comparison} ${params.limit}`,
        `${zh}必須 ${params.comparison} ${params.limit}`,
      )
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return params.limit === 1
        ? text(`${en} must not be empty`, `${zh}不可以是空的`)
        : text(`${en} must have at least ${params.limit} entries`, `${zh}至少要有 ${params.limit} 項`)
    case 'maxLength':
      return text(
        `${en} must have at most ${params.limit} characters`,
        `${zh}最多只能有 ${params.limit} 個字元`,
      )
    case 'maxItems':
    case 'maxProperties':
      return text(`${en} must have at most ${params.limit} entries`, `${zh}最多只能有 ${params.limit} 項`)
    case 'uniqueItems':
      return text(`${en} contains something twice`, `${zh}有重複的內容`)
    case 'pattern': {
      // A pattern says little to people; the schema's description says what is meant.
      const meaning = error.parentSchema?.description ?? params.pattern
      const meaningZh = error.parentSchema?.[DESCRIPTION_ZH] ?? params.pattern
      // The mark of a first file that a command of ours wrote.
      if (error.data === '?')
        return text(`${en} is still "?", fill in: ${meaning}`, `${zh}還是「?」，請填上：${meaningZh}`)
      return text(`${en} does not look right, it is: ${meaning}`, `${zh}的格式不對，應該是：${meaningZh}`)
    }
    case 'if':
    case 'propertyNames':
      return undefined
    default:
      return text(`${en} ${error.message ?? 'is not valid'}`, `${zh}不符合規定（${error.keyword}）`)
  }
}
