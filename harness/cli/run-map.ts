import { closingAfterwards } from '../core/interrupt.ts'
import { text } from '../core/text.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { Lab } from '../look/lab.ts'
import { recording } from '../look/recording.ts'
import { lookAtCounters } from '../map/counters.ts'
import { svgOf } from '../map/draw.ts'
import { withCounters } from '../map/edge-details.ts'
import { lessonMap } from '../map/lesson-map.ts'
import { listLines } from '../map/list.ts'
import { lookAtMap } from '../map/map-of.ts'
import { clean } from '../tell/clean.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import { loadTopology } from '../topology/load-topology.ts'
import type { MapFlags } from './map.ts'
import { openLab } from './open-lab.ts'

/** Tells the map of the lab the flags mean, and draws it. With a lesson, its claims are judged for it. */
export async function runMap(lessonId: string | undefined, flags: MapFlags): Promise<void> {
  const { lang, json } = flags
  const lesson = lessonId === undefined ? undefined : await loadLesson(lessonId)
  const svg = flags.svg === false ? undefined : (flags.svg ?? (lesson ? `map-${lesson.id}.svg` : 'map.svg'))
  await assertWritable(svg, json)
  const opened = await openLab(flags, { ...(lesson && { lesson }) })
  const looker = recording(opened.looker())
  await closingAfterwards(
    () => looker.close(),
    async signal => {
      const judgements = lesson
        ? await judgeLesson(lesson, await loadProofs(lesson), looker, { onJudged: () => {}, signal })
        : undefined
      const topology = lesson?.topology ?? (await loadTopology())
      const lab = new Lab(looker, lesson?.topology)
      const seen = await lookAtMap(lab, opened.name, topology)
      const { map, marks } =
        lesson && judgements ? await lessonMap(lesson, seen, judgements) : { map: seen, marks: [] }
      console.log(
        clean(listLines(map, { lang, marks }).join('\n'), { lang, limit: Number.POSITIVE_INFINITY }),
      )
      if (json !== undefined) {
        const { counters, blind } = await lookAtCounters(lab)
        writeReport(json, asJson({ ...withCounters(map, counters), blind: [...map.blind, ...blind], marks }))
      }
      if (svg === undefined) return
      writeReport(svg, svgOf(map, { lang, marks }))
      console.log(`\n${text(`Drawn: ${svg}`, `已繪製：${svg}`)[lang]}`)
    },
  )
}
