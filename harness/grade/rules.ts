import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** What an instructor decides about points. */
export interface GradingRules {
  /** After this moment (by the grader's clock) work is late. */
  deadline?: Date
  late?: LateRule
  /** Which of a student's attempts counts, among those in which every check ran. */
  count: 'best' | 'last'
  /** Attempts after this many whole ones do not count: 1 or more. */
  maxAttempts?: number
}

/** `percent` of the points are taken off, once or for each part of a day or hour that has begun. */
export interface LateRule {
  percent: number
  per?: 'day' | 'hour'
}

const MS_OF = { day: 86_400_000, hour: 3_600_000 }

/** `10%/day`, `1%/hour`, or `20%` once. Throws BadCall for anything else. */
export function lateRule(words: string): LateRule {
  const [, percent, per] = /^(\d+(?:\.\d+)?)%(?:\/(day|hour))?$/.exec(words) ?? []
  if (percent === undefined || Number(percent) > 100)
    throw new BadCall(
      text(
        `--late "${words}" is not a rule: write 10%/day, 1%/hour, or 20% to take it off once.`,
        `--late「${words}」不是有效的規則：請寫 10%/day、1%/hour，或用 20% 表示只扣一次。`,
      ),
    )
  return { percent: Number(percent), ...(per !== undefined && { per: per as 'day' | 'hour' }) }
}

/** A moment with its zone (`2026-12-01T23:59+08:00`, `2026-12-01T15:59Z`). Throws BadCall: without a zone it would depend on the computer. */
export function momentOf(words: string): Date {
  const moment = new Date(words)
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(words) || Number.isNaN(moment.getTime()))
    throw new BadCall(
      text(
        `--deadline "${words}" is not a moment with a time zone: write for example 2026-12-01T23:59+08:00.`,
        `--deadline「${words}」不是含時區的時間：請寫成像 2026-12-01T23:59+08:00 這樣。`,
      ),
    )
  return moment
}

/** What is taken off `points` for work of this moment (ISO 8601). Points, to the hundredth. */
export function latePoints(points: number, moment: string, { deadline, late }: GradingRules): number {
  if (!deadline || !late) return 0
  const lateMs = new Date(moment).getTime() - deadline.getTime()
  if (lateMs <= 0) return 0
  const times = late.per ? Math.ceil(lateMs / MS_OF[late.per]) : 1
  return hundredths((points * Math.min(100, late.percent * times)) / 100)
}

/** A number to the hundredth, as a course's system takes it. */
export const hundredths = (points: number): number => Math.round(points * 100) / 100
