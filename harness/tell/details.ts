import { type Lang, same, type Text } from '../core/text.ts'
import { clean, cleanLine } from './clean.ts'
import type { JudgedClaim } from './teller.ts'
import { defect, LABEL, reportAt } from './wording.ts'

/** One labelled line below a claim. A command is kept whole, so that it can be copied. */
export interface Detail {
  key: keyof typeof LABEL
  label: string
  value: string
  isCommand: boolean
}

/**
 * What a verdict has to say, cleaned, in `lang` and in the order a learner reads it: Expected, Saw, Where, Try, Hint;
 * for `unknown`: Why, Where, Try; for a defect of ours: what it is, where to report. Nothing for the others.
 */
export function detailsOf({ judgement }: JudgedClaim, lang: Lang, limit?: number): Detail[] {
  const { verdict, expected, saw, where, try: command, hint, bug } = judgement
  const options = limit === undefined ? { lang } : { lang, limit }
  const detail = (key: Detail['key'], value: Text | undefined): Detail[] => {
    const isOneLine = key === 'where' || key === 'try'
    const words = value && (isOneLine ? cleanLine : clean)(value[lang], options).trimEnd()
    return words ? [{ key, label: LABEL[key][lang], value: words, isCommand: key === 'try' }] : []
  }
  const plain = (key: Detail['key'], value: string | undefined) =>
    detail(key, value === undefined ? undefined : same(value))

  if (bug !== undefined)
    return [
      ...detail('why', defect),
      // The first line names the error; the stack is for the reports, not for a learner.
      ...plain('saw', bug.split('\n', 1)[0]),
      ...detail('report', reportAt),
    ]
  if (verdict === 'unknown')
    return [...detail('why', saw), ...plain('where', where), ...plain('try', command)]
  if (verdict !== 'fails') return []
  return [
    ...detail('expected', expected),
    ...detail('saw', saw),
    ...plain('where', where),
    ...plain('try', command),
    ...detail('hint', hint),
  ]
}
