import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { checkout, isElsewhere, lessonsFolder } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { text } from '../core/text.ts'
import { whyNotWritten } from '../tell/unwritable.ts'
import { editorSettings, templates } from './templates.ts'

/**
 * Makes the folder of a new lesson: a valid one with one stage and one claim, that can be checked, solved and
 * proven at once; outside the course also what an editor needs to find our types. Returns the files it wrote.
 * BadCall for a name that is no day, or a lesson that is there.
 */
export async function newLesson(id: string, lessons = lessonsFolder()): Promise<string[]> {
  if (!/^day-\d\d$/.test(id))
    throw new BadCall(
      text(
        `The name of a lesson is day-NN, for example day-09, not "${id}".`,
        `課程名稱的格式是 day-NN，例如 day-09，而不是「${id}」。`,
      ),
    )
  const folder = join(lessons, id)
  if (existsSync(folder))
    throw new BadCall(
      text(`The lesson ${id} exists already and stays unchanged.`, `課程 ${id} 已經存在，維持原狀。`),
    )
  const settings = join(lessons, 'tsconfig.json')
  const files = Object.entries(templates(id, folder)).map(([name, content]) => [join(folder, name), content])
  if (isElsewhere(lessons) && !existsSync(settings)) files.push([settings, editorSettings(lessons)])
  for (const [file, content] of files as [string, string][]) {
    try {
      makeFolder(dirname(file))
      await writeFile(file, content)
    } catch (cause) {
      const why = whyNotWritten((cause as NodeJS.ErrnoException).code ?? String(cause))
      throw new BadCall(text(`Cannot write ${file}: ${why.en}.`, `無法寫入 ${file}：${why['zh-TW']}。`))
    }
  }
  return files.map(([file]) => (isElsewhere(lessons) ? file! : relative(checkout, file!)))
}
