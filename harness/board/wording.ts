import { isOfCommands } from '../bundle/copies.ts'
import { joined, type Text, text } from '../core/text.ts'
import type { StudentGrade } from '../grade/class-grade.ts'
import type { WrongClock } from '../grade/wrong-clocks.ts'
import { tellRan } from '../submission/tell-ran.ts'
import { count, quoted } from '../tell/wording.ts'
import { type Headcount, isNotYet, pointsFigure } from './figures.ts'

const commas = text(', ', '、')
/** So many claims are named where many share a reason. */
const NAMED = 3
const clauses = text('; ', '；')

/** “4 of 5 points”. */
export const pointsOfAll = (points: number, maxPoints: number): Text => {
  const [got, most] = [pointsFigure(points), pointsFigure(maxPoints)]
  return text(`${got} of ${most} ${maxPoints === 1 ? 'point' : 'points'}`, `${most} 分中得 ${got} 分`)
}

export const words = {
  ungraded: text('ungraded', '未評分'),
  reached: text('reached', '連到'),
  notBelieved: (why: Text): Text =>
    text(`These machines are not believed: ${why.en}`, `不採信這些機器：${why['zh-TW']}`),
  notExamined: (nodes: string[]): Text =>
    text(
      `the programs of ${nodes.join(' and ')} could not be examined`,
      `無法檢驗 ${nodes.join('、')} 的程式`,
    ),
  wrongClock: ({ node, fastMs }: WrongClock): Text => {
    const hours = (Math.abs(fastMs) / 3_600_000).toFixed(1)
    return text(
      `the clock of ${node} is ${hours} hours ${fastMs > 0 ? 'fast' : 'slow'}, which costs no points`,
      `${node} 的時鐘${fastMs > 0 ? '快' : '慢'}了 ${hours} 小時，不影響成績`,
    )
  },
  notYet: text('Not graded yet.', '尚未評分。'),
  lost: (why: Text): Text => text(`The evidence is lost: ${why.en}`, `證據已遺失：${why['zh-TW']}`),
  notReached: (why: Text): Text => text(`Not reached: ${why.en}`, `連不到：${why['zh-TW']}`),
  theseFail: (titles: Text[]): Text => {
    const all = joined(titles.map(quoted), commas)
    return text(`${all.en} ${titles.length === 1 ? 'fails' : 'fail'}`, `${all['zh-TW']}不成立`)
  },
  fails: (title: Text): Text => text(`${quoted(title).en} fails`, `${quoted(title)['zh-TW']}不成立`),
  attempt: (attempt: number, attempts: number): Text =>
    text(`attempt ${attempt} of ${attempts}`, `共 ${attempts} 次，這是第 ${attempt} 次`),
  late: (points: number): Text =>
    text(
      `late: ${pointsFigure(points)} ${points === 1 ? 'point' : 'points'} deducted`,
      `遲交：扣 ${pointsFigure(points)} 分`,
    ),
  countedFrom: ({ at, why }: NonNullable<StudentGrade['countedFrom']>): Text => {
    const moment = `${at.slice(0, 16).replace('T', ' ')}${at.endsWith('Z') ? ' UTC' : at.slice(-6)}`
    if (why === 'attempt')
      return text(
        `lateness counts from ${moment}, when it could not be inspected`,
        `遲交從 ${moment} 起算，那時無法查看`,
      )
    return why === 'roster'
      ? text(`handed in at ${moment}, by the roster`, `繳交時間 ${moment}（依名單）`)
      : text(`handed in at ${moment}, by its submission.yaml`, `繳交時間 ${moment}（依 submission.yaml）`)
  },
  shared: text('with the machine or commands of another', '人的機器或指令和別人相同'),
  sameMachine: (names: string[]): Text =>
    text(`same machine as ${names.join(', ')}`, `和 ${names.join('、')} 是同一台機器`),
  sameCommands: (names: string[]): Text =>
    text(`same commands as ${names.join(', ')}`, `和 ${names.join('、')} 繳交的指令相同`),
  gradeAgain: (isBelieved: boolean): Text =>
    isBelieved
      ? text(
          'Ungraded: not every check could run. This deducts no points; please have it graded again.',
          '未評分：有檢查無法執行。這不會扣分，請重新接受評分。',
        )
      : text(
          'Ungraded. This deducts no points; please have it graded again.',
          '未評分。這不會扣分，請重新接受評分。',
        ),
  /** The first of the claims, and why of each that says it: where a machine is off, one reason is that of most. */
  couldNotLook: (claims: Text[], reasons: Text[]): Text => {
    const [some, more] = [claims.slice(0, NAMED).map(quoted), claims.length - NAMED]
    const all = joined(some, commas)
    const why = joined(reasons, clauses)
    const [because, becauseZh] = reasons.length > 0 ? [` (${why.en})`, `（${why['zh-TW']}）`] : ['', '']
    return text(
      `Could not be inspected: ${all.en}${more > 0 ? ` and ${more} more` : ''}${because}.`,
      `無法查看：${all['zh-TW']}${more > 0 ? `等 ${claims.length} 項` : ''}${becauseZh}。`,
    )
  },
  everyClaimHolds: text('Every claim holds.', '每一項都成立。'),
  brokenAt: (title: Text, where: string): Text =>
    text(
      `First broken link: ${quoted(title).en}, at ${where}.`,
      `第一個斷掉的環節：${quoted(title)['zh-TW']}，位置：${where}。`,
    ),
  ofAll: (some: number, all: number): Text => text(`${some} of ${all}`, `${all} 人中有 ${some} 人`),
}

/** “60 students: 52 graded, 20 of them complete · 8 ungraded: 3 not reached, 1 not believed, 4 in part”. */
export function headline(heads: Headcount): Text {
  const { students, graded, whole, ungraded, notYet, unreached, lost, untrusted } = heads
  const partly = ungraded - notYet - unreached - lost - untrusted
  const reasons = [
    ...(notYet > 0 ? [text(`${notYet} not graded yet`, `${notYet} 人尚未評分`)] : []),
    ...(unreached > 0 ? [text(`${unreached} not reached`, `${unreached} 人連不到`)] : []),
    ...(lost > 0 ? [text(`${lost} whose evidence is lost`, `${lost} 人的證據已遺失`)] : []),
    ...(untrusted > 0 ? [text(`${untrusted} not believed`, `${untrusted} 人的機器不予採信`)] : []),
    ...(partly > 0 ? [text(`${partly} in part`, `${partly} 人有部分無法查看`)] : []),
  ]
  const why = joined(reasons, commas)
  const [because, becauseZh] = reasons.length === 0 ? ['', ''] : [`: ${why.en}`, `：${why['zh-TW']}`]
  return text(
    `${count(students, 'student', 'students')}: ${graded} graded, ${whole} of them complete · ${ungraded} ungraded${because}`,
    `${students} 位學生：${graded} 人已評分，其中 ${whole} 人每一項都成立 · ${ungraded} 人未評分${becauseZh}`,
  )
}

/** What stands beside a grade: other attempts, what being late cost, the same machine, how handed-in commands ended; names by id. */
export function remarks(student: StudentGrade, nameOf: (id: string) => string): Text[] {
  const { attempt, attempts, latePoints = 0, countedFrom, sameMachineAs = [], submission } = student
  const { unexamined = [], wrongClocks = [] } = student
  const commands = sameMachineAs.filter(({ facts }) => facts.every(isOfCommands))
  const machines = sameMachineAs.filter(one => !commands.includes(one))
  return [
    ...(machines.length > 0 ? [words.sameMachine(machines.map(({ id }) => nameOf(id)))] : []),
    ...(commands.length > 0 ? [words.sameCommands(commands.map(({ id }) => nameOf(id)))] : []),
    ...(unexamined.length > 0 ? [words.notExamined(unexamined.map(({ node }) => node))] : []),
    ...wrongClocks.map(words.wrongClock),
    ...(latePoints > 0 ? [words.late(latePoints)] : []),
    ...(countedFrom ? [words.countedFrom(countedFrom)] : []),
    ...(attempts > 1 ? [words.attempt(attempt, attempts)] : []),
    ...(submission ? tellRan(submission) : []),
  ]
}

/** Why nothing of a student's machines was seen; undefined where something was. */
export const whyNothingSeen = (student: StudentGrade): Text | undefined => {
  if (isNotYet(student)) return words.notYet
  if (student.lost) return words.lost(student.lost)
  return student.unreached && words.notReached(student.unreached)
}

/** Several remarks in one sentence. */
export const together = (all: Text[]): Text => joined(all, clauses)
