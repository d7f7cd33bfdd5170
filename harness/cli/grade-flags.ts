import { type Command, InvalidArgumentError, Option } from 'commander'
import { FEEDBACK, type Feedback } from '../board/student-report.ts'
import type { Lang } from '../core/text.ts'
import { langFlag } from './flags.ts'

/** The flags that decide about points and reports: of `grade`, `regrade` and `grade merge`. */
export interface RuleFlags {
  out: string
  deadline?: string
  late?: string
  count: 'best' | 'last'
  attempts?: number
  feedback: Feedback
  lang: Lang
  color: boolean
}

/** The flags of `grade`. */
export interface GradeFlags extends RuleFlags {
  roster?: string
  example?: boolean
  lesson: string[]
  student: string[]
  jobs?: number
  patience: number
  strictHostKeys?: boolean
  submissions: 'qemu' | 'embedded'
  list?: boolean
  resume?: boolean
  shard?: string
  /** true: DATABASE_URL. */
  queue?: string | true
}

/** An option that may be given again, each time with one more value. */
export const collect = (value: string, before: string[]): string[] => [...before, value]

/** A whole number of 1 or more. */
export const wholeNumber = (value: string): number => {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999.')
}

/** The flags about points and reports, the same for every command that tells a class. `out`: the folder unless told, or none. */
export const ruleFlags = (command: Command, out: string | null = 'reports'): Command =>
  command
    .option('--out <folder>', 'where the reports go', out ?? undefined)
    .option('--deadline <moment>', 'work graded after this is late: 2026-12-01T23:59+08:00')
    .option('--late <rule>', 'what late work loses: 10%/day, 1%/hour, or 20% once')
    .addOption(
      new Option('--count <attempt>', 'which attempt counts').choices(['best', 'last']).default('best'),
    )
    .option('--attempts <n>', 'how many attempts may count', wholeNumber)
    .addOption(
      new Option('--feedback <much>', "what the student's own report says").choices(FEEDBACK).default('full'),
    )
    .option('--no-color', 'no colours')
    .addOption(langFlag())
