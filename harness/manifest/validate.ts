import { readFile } from 'node:fs/promises'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { BadCall } from '../judge/errors.ts'
import { type Text, text } from '../say/text.ts'
import { problemIn } from './problem.ts'

// yaml and ajv take 100 ms to load: import this module only when a file is really to be read.

/** Where in a file something is wrong, as compilers and editors write it. */
interface Place {
  line: number
  col: number
}

/**
 * Reads a YAML file and validates it against a JSON Schema (2020-12).
 * Returns the value; every problem found is in one BadCall, a line each: `file:line:column: what is wrong`.
 */
export async function loadManifest<T>(file: string, schema: object): Promise<T> {
  const words = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new BadCall(text(`${file} cannot be read (${cause.code}).`, `無法讀取 ${file}（${cause.code}）。`))
  })
  const lines = new LineCounter()
  const document = parseDocument(words, { lineCounter: lines })
  const [broken] = document.errors
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0])
    throw new BadCall(at(file, { line, col }, text(firstLine(broken.message), firstLine(broken.message))))
  }
  const value: unknown = document.toJS()
  const validate = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    verbose: true,
  }).compile<T>(schema)
  if (validate(value)) return value
  throw new BadCall(inOne(file, validate.errors ?? [], document, lines))
}

const firstLine = (message: string) => message.split('\n')[0] ?? message

function inOne(file: string, errors: ErrorObject[], document: Document, lines: LineCounter): Text {
  const told = errors
    .map(error => ({ place: placeOf(error, document, lines), problem: problemIn(error) }))
    .sort((a, b) => a.place.line - b.place.line || a.place.col - b.place.col)
    .map(({ place, problem }) => at(file, place, problem))
  return text(told.map(one => one.en).join('\n'), told.map(one => one['zh-TW']).join('\n'))
}

const at = (file: string, { line, col }: Place, problem: Text): Text =>
  text(`${file}:${line}:${col}: ${problem.en}`, `${file}:${line}:${col}：${problem['zh-TW']}`)

/** The position of what an error is about: an unknown key itself, else the value, else the nearest parent. */
function placeOf({ instancePath, params }: ErrorObject, document: Document, lines: LineCounter): Place {
  const path = instancePath
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(step => (/^\d+$/.test(step) ? Number(step) : step))
  const unknownKey = (params as { additionalProperty?: string }).additionalProperty
  const parent = path.length > 0 ? document.getIn(path, true) : document.contents
  const offset =
    (unknownKey !== undefined ? keyOffset(parent, unknownKey) : undefined) ?? rangeStart(parent) ?? 0
  const { line, col } = lines.linePos(offset)
  return { line, col }
}

function keyOffset(map: unknown, key: string): number | undefined {
  const { items } = (map ?? {}) as { items?: { key?: { value?: unknown } }[] }
  return rangeStart(items?.find(item => item.key?.value === key)?.key)
}

const rangeStart = (node: unknown): number | undefined =>
  (node as { range?: number[] } | undefined)?.range?.[0]
