import { type Text, text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import type { Authorized } from './access-token.ts'
import { type Answer, jsonOf } from './http.ts'
import type { Entry } from './journal.ts'

/** The place for scores of a line item: its path with /scores, before the query that some platforms need (AGS 2.0 §3.3). */
export function scoresUrl(lineItem: string): string {
  const url = new URL(lineItem)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/scores`
  return url.href
}

/**
 * Posts one score. One without points says that there is no grade (AGS 2.0 §3.4.5: without scoreGiven the platform
 * should clear what it had), and that a person has to see to it.
 */
export const postScore = (
  send: Authorized,
  { lineItem, user, points, maxPoints, timestamp }: Entry,
): Promise<Answer> =>
  send(scoresUrl(lineItem), {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.ims.lis.v1.score+json' },
    body: JSON.stringify({
      userId: user,
      timestamp,
      ...(points === null
        ? { activityProgress: 'Submitted', gradingProgress: 'PendingManual' }
        : {
            scoreGiven: points,
            scoreMaximum: maxPoints,
            activityProgress: 'Completed',
            gradingProgress: 'FullyGraded',
          }),
    }),
  })

/** Why a platform took no score. */
export function whyRefused(answer: Answer): Text {
  if (answer.status === 404)
    return text('the platform knows no such user, or no such column', '平台沒有這個使用者，或沒有這個欄位')
  if (answer.status === 409)
    return text('the platform has a grade of a later time', '平台上已有時間更晚的成績')
  const said = (jsonOf(answer) ?? {}) as Record<string, unknown>
  const words = [said.error, said.message, said.reason].find(word => typeof word === 'string')
  const reason = [answer.status, ...(words ? [cleanLine(words as string, { limit: 200 })] : [])].join(', ')
  return text(`the platform does not take it (${reason})`, `平台不接受（${reason}）`)
}
