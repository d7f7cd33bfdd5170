import type { Command } from 'commander'
import type { Lang } from '../core/text.ts'
import { text } from '../core/text.ts'
import { langFlag, lessonsFlag } from './flags.ts'

const written = (id: string, lessons: string | undefined) => {
  const line = lessons === undefined ? id : `-- ${id} --lessons ${lessons}`
  return text(
    `This lesson runs, and its one claim is proven. Replace that with your stages and claims, faults (at least one for each claim) and solutions; docs/CONTRIBUTING.md says how. Then: npm run prove ${line}`,
    `這一課已經可以執行，裡面唯一的項目也能證明。請換成你的階段和項目、故障（每個項目至少一種）和解答，寫法見 docs/CONTRIBUTING.md（英文）。然後執行：npm run prove ${line}`,
  )
}

/** `new day-NN`: scaffolds a lesson. */
export function addNewCommand(program: Command): void {
  lessonsFlag(program.command('new'))
    .description('create the files of a new lesson')
    .argument('<lesson>', 'for example day-09')
    .addOption(langFlag())
    .action(async (id: string, { lang, lessons }: { lang: Lang; lessons?: string }) => {
      const { newLesson } = await import('../author/new-lesson.ts')
      for (const file of await newLesson(id)) console.log(file)
      console.log(written(id, lessons)[lang])
    })
}
