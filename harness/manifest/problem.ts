import type { ErrorObject } from 'ajv'
import { type Text, text } from '../say/text.ts'
import { nearest } from './nearest.ts'

/** One schema violation as a sentence that names the key or value and, for a misspelling, the nearest valid word. */
export function problemIn({ keyword, params, message = '', parentSchema, data }: ErrorObject): Text {
  const about = params as Record<string, unknown>
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(about.additionalProperty ?? about.unevaluatedProperty)
      const known = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {})
      return didYouMean(text(`unknown key "${key}"`, `不認得的鍵「${key}」`), key, known)
    }
    case 'required':
      return text(`"${about.missingProperty}" is missing.`, `缺少「${about.missingProperty}」。`)
    case 'enum': {
      const allowed = (about.allowedValues as unknown[]).map(String)
      const list = allowed.join(', ')
      return didYouMean(
        text(`"${data}" is not one of ${list}`, `「${data}」不是 ${list} 其中之一`),
        String(data),
        allowed,
      )
    }
    case 'type':
      return text(`must be ${about.type}.`, `型別必須是 ${about.type}。`)
    default:
      return text(`${message}.`, `${message}。`)
  }
}

function didYouMean(problem: Text, word: string, known: string[]): Text {
  const guess = nearest(word, known)
  if (guess === undefined) return text(`${problem.en}.`, `${problem['zh-TW']}。`)
  return text(`${problem.en}. Did you mean "${guess}"?`, `${problem['zh-TW']}，是不是要寫「${guess}」？`)
}
