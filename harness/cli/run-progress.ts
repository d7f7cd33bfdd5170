import type { Lang } from '../core/text.ts'
import { text } from '../core/text.ts'
import { lessonFolder, lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import { exportProgress, importProgress } from '../progress/exchange.ts'
import { type Known, readProgress } from '../progress/log.ts'
import { standingIn } from '../progress/standing.ts'
import { lessonProgressLines, progressLines } from '../progress/tell.ts'
import { cleanLine } from '../tell/clean.ts'
import { assertWritable } from '../tell/report-file.ts'
import { printOn, standardOutput } from '../tell/screen.ts'
import type { ProgressFlags } from './progress.ts'

/** Prints the course at a glance, or one lesson. BadCall for an unknown lesson. */
export async function showProgress(lessonId: string | undefined, flags: ProgressFlags): Promise<void> {
  if (lessonId !== undefined) await lessonFolder(lessonId)
  const { events } = known(flags.lang)
  const screen = standardOutput(flags)
  const print = printOn(screen)
  if (lessonId !== undefined) {
    print(lessonProgressLines(standingIn(await loadLesson(lessonId), events), screen))
    return
  }
  const lessons = await Promise.all(lessonIds().map(loadLesson))
  print(
    progressLines(
      lessons.map(lesson => standingIn(lesson, events)),
      screen,
    ),
  )
}

/** Writes all of it to a file. */
export async function exportTo(file: string, { lang }: ProgressFlags): Promise<void> {
  await assertWritable(file)
  const { events } = known(lang)
  exportProgress(file, events)
  const name = cleanLine(file)
  say(lang, `Exported to ${name}: ${events.length} events.`, `已匯出到 ${name}：${events.length} 筆記錄。`)
}

/** Adds what files have. */
export function importFrom(files: string[], { lang }: ProgressFlags): void {
  const added = importProgress(files, known(lang).events)
  say(
    lang,
    `Imported ${added} events; what was known already counts once.`,
    `已匯入 ${added} 筆記錄；原本就有的不會重複計算。`,
  )
}

function known(lang: Lang): Known {
  const all = readProgress()
  if (all.asideAs) console.error(all.asideAs[lang])
  return all
}

const say = (lang: Lang, en: string, zhTW: string) => console.log(text(en, zhTW)[lang])
