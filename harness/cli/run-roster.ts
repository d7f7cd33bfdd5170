import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { type Lang, text } from '../core/text.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { readTextFile } from '../manifest/read-text.ts'
import { ASKED, rosterFromCsv } from '../roster/roster-from-csv.ts'
import { cleanLine } from '../tell/clean.ts'
import { assertWritable, writeReport } from '../tell/report-file.ts'
import { nodeNames } from '../topology/topology.ts'

/** `grade init TABLE`: writes a first roster from a table of names and addresses; one that is there already stays as it is. */
export async function runInit(
  table: string,
  { lesson, roster, lang }: { lesson: string; roster: string; lang: Lang },
): Promise<void> {
  const { topology } = await loadLesson(lesson)
  if (existsSync(roster)) throw isThere(roster)
  await assertWritable(roster)
  const csv = await readTextFile(table)
  const folder = dirname(resolve(roster))
  const written = rosterFromCsv(csv, { lesson, nodes: nodeNames(topology), folder, lang })
  writeReport(roster, written)
  const next = `npm run grade -- --roster ${roster} --list`
  const told = written.includes(`: ${JSON.stringify(ASKED)}`)
    ? text(
        `${roster} is written. Where it has "?", fill in what the table did not say; then list it: ${next}`,
        `已寫入 ${roster}。表格裡沒有的資料標成了「?」，請先填好，再列出名單：${next}`,
      )
    : text(`${roster} is written. List it: ${next}`, `已寫入 ${roster}。可以列出名單：${next}`)
  console.log(told[lang])
}

const isThere = (file: string) =>
  new BadCall(
    text(
      `${cleanLine(file)} exists already and was not changed: name another file with --roster.`,
      `${cleanLine(file)} 已經存在，內容不會更動：請用 --roster 指定另一個檔名。`,
    ),
  )
