import { same, type Text, text } from '../core/text.ts'
import type { StudentGrade } from '../grade/class-grade.ts'
import { pointsOf } from '../tell/tally.ts'
import type { JudgedClaim } from '../tell/teller.ts'
import { COLON, SIGN, WORD, whyWaits } from '../tell/wording.ts'
import { isUntrusted } from './figures.ts'
import { pointsOfAll } from './wording.ts'

/** What a cell shows: its kind (which colours it), its sign, and how the sentence about it ends. */
export interface Mark {
  kind: 'holds' | 'fails' | 'unknown' | 'waits' | 'untrusted' | 'stage' | 'ungraded'
  sign: string
  tail: Text
}

/** The sign of a machine that is not believed. */
export const UNTRUSTED_SIGN = '!'

const sentence = (...parts: Text[]): Text =>
  text(parts.map(({ en }) => en).join(', '), parts.map(part => part['zh-TW']).join('，'))

/** What the cell of one claim says of one student. */
export function claimMark(judged: JudgedClaim, student: StudentGrade): Mark {
  const { claim, judgement } = judged
  if (isUntrusted(student))
    return {
      kind: 'untrusted',
      sign: UNTRUSTED_SIGN,
      tail: sentence(text('not believed', '不採信'), ungradedOf(claim.points)),
    }
  const { verdict } = judgement
  const why = verdict === 'waits' ? whyWaits(judgement) : undefined
  const word = why ? text(`waits ${why.en}`, why['zh-TW']) : WORD[verdict]
  const points = verdict === 'unknown' ? ungradedOf(claim.points) : worth(pointsOf(judged), claim.points)
  return { kind: verdict, sign: SIGN[verdict], tail: sentence(word, points) }
}

/** What the cell of a stage's points says. */
export function stageMark(points: number | null, maxPoints: number): Mark {
  if (points === null) return { kind: 'ungraded', sign: SIGN.unknown, tail: ungradedOf(maxPoints) }
  return { kind: 'stage', sign: String(Number(points.toFixed(2))), tail: worth(points, maxPoints) }
}

const worth = (points: number, maxPoints: number): Text =>
  maxPoints === 0 ? text('worth no points', '不計分') : pointsOfAll(points, maxPoints)

const ungradedOf = (maxPoints: number): Text => {
  const figure = Number(maxPoints.toFixed(2))
  return maxPoints === 0
    ? text('ungraded, worth no points', '未評分，不計分')
    : text(`ungraded, worth ${figure} ${figure === 1 ? 'point' : 'points'}`, `未評分，這項共 ${figure} 分`)
}

/** Joins the parts of a cell's sentence; the page's script does the same with the same joints. */
export const JOINTS = { after: sentence(same(''), same('')), colon: COLON }

/** “Student One, ns1 has its address: holds, 4 of 4 points”. */
export const spoken = (name: string, about: string, tail: string, lang: keyof Text): string =>
  `${name}${JOINTS.after[lang]}${about}${COLON[lang]}${tail}`

/** Each different tail once, by number: thousands of cells share a few dozen. */
export class Tails {
  readonly all: Text[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(tail: Text): number {
    const known = this.#numbers.get(tail.en)
    if (known !== undefined) return known
    this.#numbers.set(tail.en, this.all.length)
    return this.all.push(tail) - 1
  }
}
