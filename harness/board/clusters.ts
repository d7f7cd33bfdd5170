import { LANGS, type Lang, type Text } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'
import type { JudgedClaim } from '../tell/teller.ts'
import { isUntrusted } from './figures.ts'
import { brokenFirst } from './judged.ts'
import { words } from './wording.ts'

/** One mistake that some of a class made. */
export interface Cluster {
  /** The known mistake, by its id, where one was recognized. */
  cause?: string
  /** What was seen, where it was the same for all of them; else which claims fail. */
  title: Text
  /** The place, with the node's name. */
  where: string
  /** Ids, in the roster's order. */
  students: string[]
  /** For whom of them it is the first broken link: what has to be explained before anything else. */
  firstFor: string[]
  /** Ids of the claims that fail because of it, in the lesson's order. */
  claims: string[]
  /** The first steps that all of them were given. */
  hint?: Text
}

interface Member {
  student: string
  judged: JudgedClaim
  isFirst: boolean
}

/**
 * The mistakes of a class by cause and place; where no cause is known, by claim and place. Every claim that fails counts,
 * not only each student's first. Machines that are not believed tell nothing of a class. Biggest first, then those
 * that are the first broken link of more, then in the lesson's order.
 */
export function clusters(grade: ClassGrade): Cluster[] {
  const order = grade.lesson.stages.flatMap(stage => stage.claims.map(({ id }) => id))
  const at = ({ claims: [first = ''] }: Cluster) => order.indexOf(first)
  const groups = new Map<string, Member[]>()
  for (const member of membersOf(grade))
    groups.set(keyOf(member), [...(groups.get(keyOf(member)) ?? []), member])
  return [...groups.values()]
    .map(members => clusterOf(members, order))
    .sort(
      (one, other) =>
        other.students.length - one.students.length ||
        other.firstFor.length - one.firstFor.length ||
        at(one) - at(other),
    )
}

const keyOf = ({ judged: { claim, judgement } }: Member): string =>
  JSON.stringify([
    judgement.cause === undefined ? { claim: claim.id } : { cause: judgement.cause },
    judgement.where ?? '',
  ])

const membersOf = ({ students }: ClassGrade): Member[] =>
  students
    .filter(student => !isUntrusted(student))
    .flatMap(student => {
      const first = brokenFirst(student)?.claim
      return student.closing.stages
        .flatMap(({ claims }) => claims)
        .filter(({ judgement }) => judgement.verdict === 'fails')
        .map(judged => ({ student: student.id, judged, isFirst: judged.claim.id === first }))
    })

function clusterOf(members: Member[], order: string[]): Cluster {
  const { cause, where = '' } = members[0]!.judged.judgement
  const claims = [...new Map(members.map(({ judged }) => [judged.claim.id, judged.claim])).values()].sort(
    (one, other) => order.indexOf(one.id) - order.indexOf(other.id),
  )
  const hint = shared(members.map(({ judged }) => judged.judgement.hint))
  const ids = (of: Member[]) => [...new Set(of.map(({ student }) => student))]
  return {
    ...(cause !== undefined && { cause }),
    title:
      shared(members.map(({ judged }) => judged.judgement.saw)) ??
      words.theseFail(claims.map(({ title }) => title)),
    where,
    students: ids(members),
    firstFor: ids(members.filter(({ isFirst }) => isFirst)),
    claims: claims.map(({ id }) => id),
    ...(hint && { hint }),
  }
}

/** What all of them say, in every language; undefined where one says something else or nothing that can be seen. */
function shared(texts: (Text | undefined)[]): Text | undefined {
  const [first] = texts
  const isSame = (lang: Lang) => texts.every(one => one?.[lang] === first?.[lang])
  return LANGS.every(isSame) && first && LANGS.every(lang => cleanLine(first[lang])) ? first : undefined
}
