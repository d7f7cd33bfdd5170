import type { Command } from 'commander'
import type { Lang } from '../core/text.ts'
import { text } from '../core/text.ts'
import { langFlag } from './flags.ts'

const written = (id: string) =>
  text(
    `This lesson runs, but it proves nothing yet. Still missing: your stages and claims, faults (at least one for each claim), a second solution in solutions/. Next: npm run prove ${id}`,
    `這一課已經可以執行，但還沒有證明任何東西。還缺少：你的階段和項目、故障（每個項目至少一種）、solutions/ 裡的第二份解答。下一步：npm run prove ${id}`,
  )

/** `new day-NN`: scaffolds a lesson. */
export function addNewCommand(program: Command): void {
  program
    .command('new')
    .description('create the files of a new lesson')
    .argument('<lesson>', 'for example day-09')
    .addOption(langFlag())
    .action(async (id: string, { lang }: { lang: Lang }) => {
      const { newLesson } = await import('../author/new-lesson.ts')
      for (const file of await newLesson(id)) console.log(file)
      console.log(written(id)[lang])
    })
}
