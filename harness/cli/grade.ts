import { type Command, Option } from 'commander'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { langFlag, lessonsFlag } from './flags.ts'
import { collect, type GradeFlags, type RuleFlags, ruleFlags, wholeNumber } from './grade-flags.ts'

const submissionsFlag = () =>
  new Option('--submissions <machines>', 'which machines run commands that were handed in')
    .choices(['qemu', 'embedded'])
    .default('qemu')

/** What stands before `merge` or `push` is a flag of `grade` itself: it would be read, and have no effect. That of lessons has. */
function refuseFlagsBefore(grade: Command, part: Command): void {
  const isGiven = (flag: string) => grade.getOptionValueSource(flag) === 'cli' && flag !== 'lessons'
  const given = grade.options.find(one => isGiven(one.attributeName()))
  if (!given) return
  const [flag, command] = [given.long, part.name()]
  throw new BadCall(
    text(
      `${flag} has no effect before ${command}: write the flags of ${command} after it.`,
      `${flag} 寫在 ${command} 前面沒有作用：${command} 的選項要寫在它後面。`,
    ),
  )
}

/** `grade` and its parts, and `regrade`: a class from a roster, and again without its machines. */
export function addGradeCommands(program: Command): void {
  const grade = lessonsFlag(ruleFlags(program.command('grade')))
    .description('grade a class: look at every student’s machines, write reports and one board')
    .option('--roster <file>', 'who is graded, and how each is reached')
    .addOption(
      new Option('--example', 'create the example class on labs of this computer, and grade it').conflicts([
        ...['roster', 'lesson', 'shard', 'queue'],
      ]),
    )
    .option('--lesson <id>', `a lesson, for example ${demoLesson()}; again for more`, collect, [])
    .option('--student <id>', 'only this student; again for more', collect, [])
    .option('--list', 'show the roster as grade would use it; reach no machine')
    .option('--jobs <n>', 'how many students at once', wholeNumber)
    .option('--patience <seconds>', 'how long one student may take in one lesson', wholeNumber, 60)
    .option('--resume', 'grade only those who have no number yet in the last grading')
    .option('--strict-host-keys', 'refuse machines whose host key is not known yet')
    .addOption(submissionsFlag())
    .option('--shard <k/n>', 'only the k-th of n parts of the class; grade merge puts them together')
    .option('--queue [url]', 'let the workers of a PostgreSQL database grade (default: DATABASE_URL)')
    .action(async (flags: GradeFlags) => {
      const { runGrade } = await import('./run-grade.ts')
      process.exitCode = await runGrade(flags)
    })
    .hook('preSubcommand', refuseFlagsBefore)
  lessonsFlag(grade.command('init'))
    .description('write a first roster from a class list (CSV: names and addresses)')
    .argument('<table>', 'a CSV file')
    .option('--lesson <id>', 'the lesson to grade', demoLesson())
    .option('--roster <file>', 'the file to write', 'class.yaml')
    .addOption(langFlag())
    .action(async (table: string, flags) => (await import('./run-roster.ts')).runInit(table, flags))
  grade
    .command('verify')
    .description('check that the evidence of a grading is complete, unchanged and signed by you')
    .argument('<folder>', 'the output folder of a grading')
    .addOption(langFlag())
    .action(async (folder: string, flags) => {
      process.exitCode = await (await import('./run-evidence.ts')).runVerify(folder, flags)
    })
  ruleFlags(grade.command('merge'))
    .description('put the parts of a class together that were graded with --shard')
    .argument('<folders...>', 'the output folders of the parts')
    .action(async (folders: string[], flags: RuleFlags) => {
      process.exitCode = await (await import('./run-evidence.ts')).runMerge(folders, flags)
    })
  grade
    .command('push')
    .description('put the grades into a course’s system by LTI 1.3, each once')
    .argument('<folder>', 'the output folder of a grading, or a grade.json')
    .requiredOption('--config <file>', 'the platform, its columns and its users')
    .option('--jwk', 'print the public key that the platform wants, and push nothing')
    .addOption(langFlag())
    .action(async (folder: string, flags) => {
      process.exitCode = await (await import('./run-push.ts')).runPush(folder, flags)
    })
  grade
    .command('compare')
    .description('compare two gradings of one class: by machines and by submissions')
    .argument('<machines>', 'output folder of the grading by machines')
    .argument('<submissions>', 'output folder of the grading by submissions')
    .addOption(langFlag())
    .action(async (machines: string, submissions: string, flags) =>
      (await import('./run-evidence.ts')).runCompare(machines, submissions, flags),
    )
  lessonsFlag(grade.command('work'))
    .description('grade what others put into a queue, until it is stopped')
    .option('--queue [url]', 'the PostgreSQL database (default: DATABASE_URL)')
    .option('--jobs <n>', 'how many students at once', wholeNumber, 4)
    .option('--patience <seconds>', 'how long one student may take in one lesson', wholeNumber, 60)
    .addOption(submissionsFlag())
    .addOption(langFlag())
    .action(async flags => (await import('./run-queue.ts')).runWorker(flags))
  lessonsFlag(ruleFlags(program.command('regrade'), null))
    .description('judge the evidence of gradings again, without any machine')
    .argument('<folders...>', 'output folders of gradings, or evidence bundles')
    .option('--lesson <id>', 'only this lesson; again for more', collect, [])
    .action(async (folders: string[], flags: RuleFlags & { lesson: string[] }) => {
      process.exitCode = await (await import('./run-evidence.ts')).runRegrade(folders, flags)
    })
}
