import { type Lang, type Text, text } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { SIGN, WORD } from '../tell/wording.ts'
import { boardClusters } from './board-clusters.ts'
import { SCRIPT } from './board-script.ts'
import { boardStudents, claimList, legend } from './board-students.ts'
import { STYLE } from './board-style.ts'
import { boardTable } from './board-table.ts'
import { headcount, pointsFigure } from './figures.ts'
import { both, sha256, shown, swapped } from './html.ts'
import { labels } from './labels.ts'
import { UNTRUSTED_SIGN } from './tails.ts'
import { words } from './wording.ts'

/**
 * A class as one page that needs nothing else: what to explain again, the board, each student. In both languages, the
 * one it opens in is `lang`; without scripts it stays in that. `now`: when it is made. Nothing but its own style and script
 * runs (CSP), whatever a machine or a name says.
 */
export function boardHtml(grade: ClassGrade, { now, lang = 'en' }: { now: Date; lang?: Lang }): string {
  const { lesson } = grade
  const policy = `default-src 'none'; style-src ${sha256(STYLE)}; script-src ${sha256(SCRIPT)}; base-uri 'none'; form-action 'none'`
  const title = text(
    `${lesson.title.en} · ${labels.board.en}`,
    `${lesson.title['zh-TW']} · ${labels.board['zh-TW']}`,
  )
  return `<!doctype html>
<html lang="${lang}" class="static">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${swapped('title', title, lang)}
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#board-part">${both(labels.skip)}</a>
<header>
<p class="lesson">${shown(lesson.id)} · ${both(labels.board)}</p>
<h1>${both(lesson.title)}</h1>
<p class="when">${both(when(grade.gradedAt, now))}</p>
<div class="languages" role="group" aria-labelledby="language"><span id="language" class="heard">${both(labels.language)}</span><button type="button" data-lang="zh-TW" lang="zh-TW">中文</button><button type="button" data-lang="en" lang="en">English</button></div>
${tiles(grade)}
</header>
<main>
<section aria-labelledby="clusters"><h2 id="clusters">${both(labels.clusters)}</h2>
${boardClusters(grade)}
</section>
<section aria-labelledby="board-part"><h2 id="board-part" tabindex="-1">${both(labels.board)}</h2>
${controls(lang)}
${legend(MARKS)}
${boardTable(grade, lang)}
<details class="more"><summary>${both(labels.claims)}</summary>${claimList(grade)}</details>
</section>
<section class="students" aria-labelledby="students"><h2 id="students">${both(labels.students)}</h2>
${boardStudents(grade)}
</section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
}

const MARKS = [
  ...(['holds', 'fails', 'waits', 'unknown'] as const).map(kind => ({
    kind,
    sign: SIGN[kind],
    word:
      kind === 'waits'
        ? text('waits for an earlier claim', '等待前面的項目')
        : kind === 'unknown'
          ? text('unknown: could not be inspected, ungraded', '無法查看，未評分')
          : WORD[kind],
  })),
  { kind: 'untrusted', sign: UNTRUSTED_SIGN, word: text('not believed, ungraded', '不採信，未評分') },
]

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ')

const when = (gradedAt: string, now: Date): Text => {
  const [graded, made] = [minute(gradedAt), minute(now.toISOString())]
  return text(
    `Graded ${graded} UTC${made === graded ? '' : `, page made ${made} UTC`}`,
    `評分時間 ${graded} UTC${made === graded ? '' : `，頁面製作時間 ${made} UTC`}`,
  )
}

type Tile = [figure: string, label: Text, kind: string]

/** Told only where there is somebody. */
const tileOfSome = (count: number, label: Text): Tile[] => (count > 0 ? [[`${count}`, label, '']] : [])

/** How many came to what, and the points in the middle. */
function tiles({ students }: ClassGrade): string {
  const heads = headcount(students)
  const { graded, whole, ungraded, notYet, unreached, lost, untrusted, shared } = heads
  const points = students.flatMap(one => (one.points === null ? [] : [one.points])).sort((a, b) => a - b)
  const middle = points.length === 0 ? undefined : median(points)
  const figures: Tile[] = [
    [`${heads.students}`, text('students', '位學生'), ''],
    [`${graded}`, text('graded', '人已評分'), ''],
    [`${whole}`, text('of them complete: every claim holds', '人每一項都成立'), 'holds'],
    ...(middle === undefined
      ? []
      : [[pointsFigure(middle), text('median of the points', '分：分數的中位數'), ''] as Tile]),
    [`${ungraded}`, text('ungraded: grade again', '人未評分：請重新評分'), ungraded > 0 ? 'unknown' : ''],
    ...tileOfSome(notYet, text('of them not graded yet', '人還沒有評過分（屬於未評分）')),
    [`${unreached}`, text('of them not reached', '人連不到（屬於未評分）'), ''],
    ...tileOfSome(lost, text('whose evidence is lost', '人的證據已遺失（屬於未評分）')),
    [
      `${untrusted}`,
      text('of them not believed', '人的機器不予採信（屬於未評分）'),
      untrusted > 0 ? 'untrusted' : '',
    ],
    ...tileOfSome(shared, words.shared),
  ]
  return `<ul class="tiles">${figures
    .map(([figure, label, kind]) => `<li class="${kind}"><b>${figure}</b> <span>${both(label)}</span></li>`)
    .join('')}</ul>`
}

function median(sorted: number[]): number {
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

function controls(lang: Lang): string {
  const option = (value: string, label: Text) => swapped('option', label, lang, ` value="${value}"`)
  return `<div class="controls"><label>${both(labels.filter)} <input id="find" type="search" autocomplete="off"></label>
<label>${both(labels.show)} <select id="kind">${option('', labels.all)}${option('partly', labels.notWhole)}${option('whole', labels.whole)}${option('ungraded', labels.ungraded)}${option('shared', labels.shared)}</select></label>
<p id="shown" role="status"></p></div>`
}
