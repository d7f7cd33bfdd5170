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
  return {
    count,
    ...(deadline !== undefined && { deadline: momentOf(deadline) }),
    ...(late !== undefined && { late: lateRule(late) }),
    ...(attempts !== undefined && { maxAttempts: attempts }),
  }
}
