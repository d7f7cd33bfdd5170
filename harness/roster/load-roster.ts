import { dirname, resolve } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { joined, type Text, text } from '../core/text.ts'
import { absolutePath, addressCompleter, type CompleteAddress } from '../inventory/complete-address.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { complain } from '../manifest/validate.ts'
import { digestOf } from './digest.ts'
import type { Roster, Student, Work } from './roster.ts'
import { sameTwice } from './same-twice.ts'
import { type At, readRoster, type WrittenRoster, type WrittenStudent } from './written.ts'

/** More than this many complaints help nobody. */
const COMPLAINTS_MAX = 8

/**
 * Reads a roster (YAML, roster.schema.json). Paths in it come back absolute: relative ones start at the file's folder,
 * `~` is the home. Whether its lessons exist is not asked. Throws BadCall with one `file:line:column: sentence` a line:
 * a form that is not right, two students with one id or one machine, a jump host that nobody named.
 */
export async function loadRoster(file: string): Promise<Roster> {
  const { value, at } = await readRoster(file)
  const folder = dirname(resolve(file))
  const completed: CompleteAddress<string> = addressCompleter({
    folder,
    at,
    jumpNamed: jumpsOf(value, at, () => completed),
  })
  const problems: BadCall[] = []
  /** What it makes; undefined, and a problem more, where the file is wrong. */
  const attempt = <T>(make: () => T): T | undefined => {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof BadCall)) throw error
      problems.push(error)
      return undefined
    }
  }

  const lessons = attempt(() => lessonsOf(value, at)) ?? []
  for (const [name, jump] of Object.entries(value.jumps ?? {}))
    attempt(() => completed(jump, ['jumps', name]))
  const students = value.students.map((written, index) =>
    attempt((): Student => {
      const { id, name } = written
      if (typeof id === 'number') throw complain(at('students', index, 'id'), NUMBER)
      return { id, name: name ?? id, work: workOf(written, index, { at, folder, completed }) }
    }),
  )
  problems.push(...sameTwice(students, at))
  if (problems.length > 0) throw together(problems)
  const whole = students.filter(student => student !== undefined)
  const placeOf = (index: number) => (value.lessons ? at('lessons', index) : at('lesson'))
  const lessonPlaces = Object.fromEntries(lessons.map((id, index) => [id, placeOf(index)]))
  return { file: resolve(file), lessons, lessonPlaces, students: whole, digest: digestOf(whole, folder) }
}

const NUMBER = text(
  'YAML reads this `id` as a number, without its leading zeros: put it in quotes',
  'YAML 會把這個 `id` 當成數字，開頭的零會不見：請加上引號',
)

function together(problems: BadCall[]): BadCall {
  const sentences = new Map(problems.map(({ sentence }) => [sentence.en, sentence]))
  const lines: Text[] = [...sentences.values()].slice(0, COMPLAINTS_MAX)
  return new BadCall(joined(lines, text('\n', '\n')))
}

function lessonsOf({ lesson, lessons }: WrittenRoster, at: At): string[] {
  if (lesson !== undefined && lessons)
    throw complain(
      at('lessons'),
      text('either `lesson` or `lessons`, not both', '`lesson` 和 `lessons` 只能用其中一個'),
    )
  return lessons ?? (lesson === undefined ? [] : [lesson])
}

/** Finds the machine that a name of `jumps` means. */
function jumpsOf({ jumps = {} }: WrittenRoster, at: At, completed: () => CompleteAddress<string>) {
  const onTheWay: string[] = []
  return (name: string, path: (string | number)[]): NodeAddress => {
    const jump = Object.hasOwn(jumps, name) ? jumps[name] : undefined
    if (!jump) throw complain(at(...path), unknownJump(name, Object.keys(jumps)))
    if (onTheWay.includes(name))
      throw complain(
        at(...path),
        text(
          `the way to \`${name}\` leads through \`${name}\` itself`,
          `到 \`${name}\` 的路徑又經過 \`${name}\` 自己`,
        ),
      )
    onTheWay.push(name)
    try {
      return completed()(jump, ['jumps', name])
    } finally {
      onTheWay.pop()
    }
  }
}

function unknownJump(name: string, known: string[]): Text {
  const near = nearest(name, known)
  if (near !== undefined)
    return text(
      `\`jumps\` has no \`${name}\`; did you mean \`${near}\`?`,
      `\`jumps\` 裡沒有 \`${name}\`，是不是要寫 \`${near}\`？`,
    )
  return text(
    `\`jumps\` has no \`${name}\`: name it there, or write its address here`,
    `\`jumps\` 裡沒有 \`${name}\`：請在那裡加上，或在這裡寫出位址`,
  )
}

const KINDS = ['lab', 'nodes', 'submission'] as const

function workOf(
  written: WrittenStudent,
  index: number,
  about: { at: At; folder: string; completed: CompleteAddress<string> },
): Work {
  const { at, folder, completed } = about
  const [kind, another] = KINDS.filter(key => written[key] !== undefined)
  if (kind && another)
    throw complain(
      at('students', index, another),
      text(`either \`${kind}\` or \`${another}\`, not both`, `\`${kind}\` 和 \`${another}\` 只能用其中一個`),
    )
  const { lab, nodes, submission, handedInAt } = written
  if (handedInAt !== undefined) assertMoment(written, at('students', index, 'handedInAt'))
  if (lab !== undefined) return { kind: 'lab', lab }
  if (submission !== undefined)
    return {
      ...{ kind: 'submission', folder: absolutePath(submission, folder) },
      ...(handedInAt !== undefined && { handedInAt }),
    }
  if (nodes === undefined)
    throw complain(
      at('students', index),
      text(
        `student \`${written.id}\` has no machines: write one of \`lab\`, \`nodes\` and \`submission\``,
        `學生 \`${written.id}\` 沒有機器：請寫 \`lab\`、\`nodes\`、\`submission\` 其中一個`,
      ),
    )
  const addresses = Object.entries(nodes).map(([node, address]) => [
    node,
    completed(address, ['students', index, 'nodes', node]),
  ])
  return { kind: 'nodes', nodes: Object.fromEntries(addresses) }
}

function assertMoment({ submission, handedInAt = '' }: WrittenStudent, where: string): void {
  if (submission === undefined)
    throw complain(
      where,
      text('`handedInAt` is for a `submission` only', '`handedInAt` 只能和 `submission` 一起用'),
    )
  if (Number.isNaN(Date.parse(handedInAt)))
    throw complain(where, text(`there is no moment ${handedInAt}`, `沒有 ${handedInAt} 這個時間`))
}
