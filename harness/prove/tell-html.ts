import type { Lang } from '../core/text.ts'
import { clean } from '../tell/clean.ts'
import { gapsOf } from './gaps.ts'
import { claimsOf } from './judge-trial.ts'
import { figuresOf, killsIn, killsOf, matrixOf } from './matrix.ts'
import { STYLE } from './page-style.ts'
import type { ProofReport } from './report.ts'
import { isTrialFinding, type LessonProof } from './result.ts'
import { comparisonLines } from './tell-comparison.ts'
import { CELL_SIGN, words } from './wording.ts'

/** Text that a browser shows as it is. */
const shown = (words: string) =>
  clean(words)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/**
 * Proofs as one page that needs nothing else: figures and kill matrix of each lesson on each kind of labs, and what these
 * answer differently; readable without colour.
 */
export function htmlProof({ proofs, unavailable, comparisons, unprovoked }: ProofReport, lang: Lang): string {
  const title = words.pageTitle[lang]
  const closing = [
    ...unavailable.map(({ labs, reason }) => words.unavailable(labs, reason)),
    ...comparisons.flatMap(comparisonLines),
    ...(unprovoked.length > 0 ? [words.unprovokedOfCourse(unprovoked)] : []),
  ]
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${shown(title)}</h1>
${proofs.map((proof, at) => section(proof, `proof-${at + 1}`, lang)).join('\n')}
${items(closing.map(line => line[lang]))}
</main>
</body>
</html>
`
}

function section(proof: LessonProof, id: string, lang: Lang): string {
  const { lesson, labs, findings, flips, isPartial, madeOf } = proof
  const figures = figuresOf(findings)
  const lines = [
    words.faults(figures),
    words.others(figures),
    ...(isPartial ? [] : [words.claims(killsOf(claimsOf(lesson), findings))]),
    ...gapsOf(proof),
    words.flips(flips),
    ...figures.misses.map(({ fault, expected, named }) => words.miss(fault, expected, named)),
  ]
  const failed = findings.filter(({ verdict }) => verdict !== 'holds')
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${shown(`${lesson.id} · ${lesson.title[lang]} · ${labs}`)}</h2>
${madeOf === undefined ? '' : `<p>${shown(madeOf)}</p>`}
<p class="verdict ${proof.verdict}">${shown(words.verdict(proof)[lang])}</p>
${items(lines.map(line => line[lang]).filter(Boolean))}
${items(failed.flatMap(one => one.sentences.map(sentence => `${one.id}: ${sentence[lang]}`)))}
${matrix(proof, lang)}
</section>`
}

const items = (lines: string[]) =>
  lines.length === 0 ? '' : `<ul>\n${lines.map(line => `<li>${shown(line)}</li>`).join('\n')}\n</ul>`

function matrix({ lesson, findings }: LessonProof, lang: Lang): string {
  const claims = claimsOf(lesson)
  const whole = matrixOf(claims, findings)
  const { rows } = whole
  if (rows.length === 0) return ''
  const mistakes = new Map(findings.filter(isTrialFinding).map(({ id, title }) => [id, title[lang]]))
  const heads = claims.map(
    ({ id, title }) => `<th scope="col" title="${shown(title[lang])}"><span>${shown(id)}</span></th>`,
  )
  const body = rows.map(({ fault, kind, cells }) => {
    const marks = cells.map(cell => {
      // A sign for the eye, a word for who listens.
      const word = words.cell[cell][lang]
      return `<td class="${cell}" title="${shown(word)}"><span aria-hidden="true">${CELL_SIGN[cell]}</span><span class="heard">${shown(word)}</span></td>`
    })
    const name = `<th scope="row"><code>${shown(fault)}</code> <small>${shown(words.row(kind, mistakes.get(fault) ?? '')[lang])}</small></th>`
    return `<tr>${name}${marks.join('')}</tr>`
  })
  return `<div class="wide" role="region" tabindex="0" aria-label="${shown(words.caption(lesson.id)[lang])}">
<table>
<caption>${shown(words.caption(lesson.id)[lang])}<br><small>${shown(words.legend[lang])}</small></caption>
<thead><tr><th scope="col">${shown(words.matrix[lang])}</th>${heads.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
<tfoot><tr><th scope="row">${shown(words.killsHead[lang])}</th>${killsIn(whole)
    .map(count => `<td>${count}</td>`)
    .join('')}</tr></tfoot>
</table>
</div>`
}
