import { dirname, join, resolve } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { type Authorized, authorized } from './access-token.ts'
import { type Graded, readGraded } from './graded.ts'
import { type Net, netOf, PlatformDown } from './http.ts'
import { type Entry, type Journal, openJournal } from './journal.ts'
import { lineItemFor } from './line-item.ts'
import type { PushConfig } from './push-config.ts'
import { postScore, whyRefused } from './score.ts'
import { signingKey } from './signing-key.ts'

const SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope'
/** So many students in a row without an answer, and the platform is down: the others need not wait for it. */
const SILENT_MAX = 3

/** What became of one student's grade. */
export interface PushResult {
  student: string
  name: string
  /** null: ungraded. */
  points: number | null
  maxPoints: number
  /**
   * pushed: the platform has it now. unchanged: it had it. withdrawn: a grade pushed before is ungraded on the board, and
   * the platform was told. ungraded: there is none, and none was pushed. unmapped: no LTI user id. refused: the platform
   * does not take it. unanswered: nobody knows whether it has it; unsent: it has not. The next push asks again.
   */
  outcome:
    | 'pushed'
    | 'unchanged'
    | 'withdrawn'
    | 'ungraded'
    | 'unmapped'
    | 'refused'
    | 'unanswered'
    | 'unsent'
  /** For refused, unanswered and unsent. */
  why?: Text
}

/**
 * Makes the grades of a course's system those of a grade.json, in its order: each is posted once, however often this is
 * called, which `push.jsonl` beside the file remembers. A student without points is never a 0: nothing is posted, or the
 * grade of an earlier push withdrawn. What one student lacks stops nobody else. Throws BadCall where nothing can be pushed
 * at all: no token, no column, a bad file.
 */
export async function pushGrades(
  gradeFile: string,
  config: PushConfig,
  given: Partial<Net> = {},
): Promise<PushResult[]> {
  const graded = await readGraded(gradeFile)
  const net = netOf(given)
  const { lineItem, ...column } = config.lessons[graded.lesson] ?? {}
  if (lineItem === undefined && config.lineItems === undefined)
    throw new BadCall(
      text(
        `The configuration has neither lineItems nor a lineItem for ${graded.lesson}: no column is known.`,
        `設定裡沒有 lineItems，也沒有 ${graded.lesson} 的 lineItem：不知道要寫到哪個欄位。`,
      ),
    )
  using journal = openJournal(join(dirname(resolve(gradeFile)), 'push.jsonl'))
  const scopes = lineItem === undefined ? [`${SCOPE}/lineitem`, `${SCOPE}/score`] : [`${SCOPE}/score`]
  const send = authorized(config, await signingKey(config.privateKeyFile), scopes, net)
  const place =
    lineItem ??
    (await lineItemFor(send, config.lineItems!, {
      resourceId: column.resourceId ?? `ovn-lab.${graded.lesson}`,
      ...(column.tag === undefined ? {} : { tag: column.tag }),
      label: column.label ?? graded.lesson,
      scoreMaximum: config.maxScore ?? Math.max(1, ...graded.students.map(({ maxPoints }) => maxPoints)),
    }))
  return await pushEach(graded, config.users, { send, journal, place, net })
}

interface Pushing {
  send: Authorized
  journal: Journal
  /** URL of the line item. */
  place: string
  net: Net
}

async function pushEach(graded: Graded, users: PushConfig['users'], pushing: Pushing): Promise<PushResult[]> {
  const results: PushResult[] = []
  let silent = 0
  let lastSilence: PlatformDown | undefined
  for (const student of graded.students) {
    pushing.net.signal.throwIfAborted()
    const { id, name, points, maxPoints } = student
    const user = users.get(id)
    const result = { student: id, name, points, maxPoints }
    if (user === undefined) {
      results.push({ ...result, outcome: points === null ? 'ungraded' : 'unmapped' })
      continue
    }
    const entry = nextEntry({ student: id, user, points, maxPoints }, graded.gradedAt, pushing)
    if (typeof entry === 'string') {
      results.push({ ...result, outcome: entry })
      continue
    }
    if (lastSilence && silent >= SILENT_MAX) {
      const outcome = isRepeated(entry, pushing) ? 'unanswered' : 'unsent'
      results.push({ ...result, outcome, why: lastSilence.sentence })
      continue
    }
    try {
      results.push({ ...result, ...(await pushOne(entry, pushing)) })
      silent = 0
    } catch (error) {
      if (!(error instanceof PlatformDown)) throw error
      lastSilence = error
      silent++
      results.push({
        ...result,
        outcome: error.mayHaveArrived ? 'unanswered' : 'unsent',
        why: error.sentence,
      })
    }
  }
  return results
}

type Wanted = Pick<Entry, 'student' | 'user' | 'points' | 'maxPoints'>

/** What is to be posted for a student; an outcome where nothing is. */
function nextEntry(
  wanted: Wanted,
  gradedAt: string | undefined,
  { journal, place, net }: Pushing,
): Entry | 'unchanged' | 'ungraded' {
  const { last, stored, latestMs } = journal.known(place, wanted.user)
  const isSame = (entry?: Entry) =>
    entry !== undefined &&
    entry.points === wanted.points &&
    (entry.points === null || entry.maxPoints === wanted.maxPoints)
  if (last?.state !== 'sending') {
    if (wanted.points === null && (stored === undefined || stored.points === null)) return 'ungraded'
    if (isSame(stored)) return 'unchanged'
  }
  // Whether it arrived is not known: the very same once more, so that a platform that has it sees that it has.
  if (last?.state === 'sending' && isSame(last)) return last
  const nowMs = net.now()
  const gradedMs = Math.min(gradedAt === undefined ? nowMs : Date.parse(gradedAt), nowMs)
  // Platforms take no score that is not later than the last, and some keep whole seconds.
  const timestamp = new Date(Math.max(gradedMs, latestMs === 0 ? 0 : latestMs + 1000)).toISOString()
  return { ...wanted, lineItem: place, timestamp, state: 'sending' }
}

/** Whether it is what an earlier push has sent, and nobody knows whether it arrived. */
const isRepeated = (entry: Entry, { journal, place }: Pick<Pushing, 'journal' | 'place'>) =>
  journal.known(place, entry.user).last === entry

/**
 * Posts one score between two lines of the journal. 409 (a score of this or a later time is there) after a try without
 * a clear answer means that this try arrived. Throws PlatformDown where there was none.
 */
async function pushOne(
  entry: Entry,
  { send, journal, place, net }: Pushing,
): Promise<Pick<PushResult, 'outcome' | 'why'>> {
  const wasSent = isRepeated(entry, { journal, place })
  if (!wasSent) journal.add(entry)
  const answer = await postScore(send, entry).catch(error => {
    if (!(error instanceof PlatformDown)) throw error
    const mayHaveArrived = wasSent || error.mayHaveArrived
    if (!mayHaveArrived) journal.add({ ...entry, state: 'refused' })
    throw new PlatformDown(error.sentence, mayHaveArrived)
  })
  net.signal.throwIfAborted()
  const isThere =
    (answer.status >= 200 && answer.status < 300) ||
    (answer.status === 409 && (wasSent || answer.mayHaveArrived))
  journal.add({ ...entry, state: isThere ? 'stored' : 'refused' })
  if (!isThere) return { outcome: 'refused', why: whyRefused(answer) }
  return { outcome: entry.points === null ? 'withdrawn' : 'pushed' }
}
