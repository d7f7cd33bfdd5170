import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { type GradingRules, lateRule, momentOf } from '../grade/rules.ts'
import type { RuleFlags } from './grade-flags.ts'

/** The rules that the flags say. Throws BadCall where one is none, or says nothing without another. */
export function rulesFrom({ deadline, late, count, attempts }: Omit<RuleFlags, 'out'>): GradingRules {
  if (late !== undefined && deadline === undefined)
    throw new BadCall(
      text(
        '--late needs --deadline: from when is work late?',
        '--late 需要搭配 --deadline：從什麼時候起算遲交？',
      ),
    )
  const moment = deadline === undefined ? undefined : momentOf(deadline)
  if (moment !== undefined && late === undefined)
    throw new BadCall(
      text(
        '--deadline needs --late: what does late work lose?',
        '--deadline 需要搭配 --late：遲交要扣多少？',
      ),
    )
  return {
    count,
    ...(moment !== undefined && { deadline: moment }),
    ...(late !== undefined && { late: lateRule(late) }),
    ...(attempts !== undefined && { maxAttempts: attempts }),
  }
}
