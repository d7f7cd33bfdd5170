import { text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { HOSTILE } from '../tell/sample.test-data.ts'
import { classOf, closings, student } from './class.test-data.ts'

/** What runs in a page that takes words for HTML. */
export const SCRIPTS =
  '</script></style></title>"\'><script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>{{7*7}}<!--'

/** A student whose name, place and answers are all an attack. */
export function attacker(attack: string): StudentGrade {
  const said = text(attack, attack)
  const { stages, ...closing } = closings.typo
  const hostile = stages.map(({ stage, claims }) => ({
    stage,
    claims: claims.map(({ claim, judgement }) => ({
      claim,
      judgement:
        judgement.verdict === 'fails'
          ? { ...judgement, expected: said, saw: said, where: attack, try: attack, hint: said }
          : judgement,
    })),
  }))
  return student('s01', attack, 'typo', {
    closing: { ...closing, lab: attack, stages: hostile },
    sameMachineAs: [{ id: attack, facts: [attack] }],
  })
}

/** A class of attackers: by script, by what a terminal and a document obey, by length, by silence. */
export const hostileClass = (): ClassGrade =>
  classOf([
    attacker(SCRIPTS),
    { ...attacker(HOSTILE), id: 's02', unreached: text(SCRIPTS, SCRIPTS) },
    { ...attacker('x'.repeat(10_000)), id: 's03', untrusted: [text(SCRIPTS, HOSTILE)] },
    { ...attacker(''), id: 's04' },
  ])
