import type { BadCall } from '../core/errors.ts'
import { same, type Text, text } from '../core/text.ts'
import { complain } from '../manifest/validate.ts'
import { hostAndPort, serverName } from '../ssh/address.ts'
import type { Student, Work } from './roster.ts'
import type { At } from './written.ts'

/** One place where work is, and where in a student's entry it stands. */
interface Place {
  key: string
  path: string[]
  name: Text
}

/**
 * A complaint for each student with the id or a machine of one before, or with one machine as two nodes. Students that
 * are undefined have been complained of.
 */
export function sameTwice(students: (Student | undefined)[], at: At): BadCall[] {
  const ids = new Map<string, string>()
  const owners = new Map<string, string>()
  return students.flatMap((student, index) => {
    if (!student) return []
    const { id } = student
    const here = (path: string[], sentence: Text) => complain(at('students', index, ...path), sentence)
    // They name files, and not every file system tells A from a.
    const other = ids.get(id.toLowerCase())
    if (other !== undefined) return [here(['id'], sameId(id, other))]
    ids.set(id.toLowerCase(), id)

    const places = placesOf(student.work)
    const taken = places.find(({ key }) => owners.has(key))
    if (taken) return [here(taken.path, sameMachine(taken.name, owners.get(taken.key) ?? ''))]
    for (const { key } of places) owners.set(key, id)

    const second = places.find(({ key }, place) => places.findIndex(other => other.key === key) < place)
    const first = places.find(place => place.key === second?.key)
    return second && first ? [here(second.path, sameNode(second, first))] : []
  })
}

function placesOf(work: Work): Place[] {
  if (work.kind === 'lab')
    return [
      {
        key: `lab ${work.lab}`,
        path: ['lab'],
        name: text(`lab \`${work.lab}\``, `實驗環境 \`${work.lab}\``),
      },
    ]
  if (work.kind === 'submission')
    return [
      {
        key: `submission ${work.folder}`,
        path: ['submission'],
        name: text(`the folder ${work.folder}`, `資料夾 ${work.folder}`),
      },
    ]
  return Object.entries(work.nodes).map(([node, address]) => ({
    key: `machine ${serverName(address)}`,
    path: ['nodes', node],
    name: same(hostAndPort(address)),
  }))
}

const sameId = (id: string, other: string): Text =>
  id === other
    ? text(`two students have the id \`${id}\``, `有兩位學生的 id 都是 \`${id}\``)
    : text(
        `two students have ids that differ only in upper and lower case: \`${other}\` and \`${id}\``,
        `有兩位學生的 id 只差在大小寫：\`${other}\` 和 \`${id}\``,
      )

const sameMachine = (name: Text, owner: string): Text =>
  text(`${name.en} is that of student \`${owner}\` already`, `${name['zh-TW']} 已經屬於學生 \`${owner}\``)

const sameNode = (second: Place, first: Place): Text =>
  text(
    `\`${second.path[1]}\` is the same machine as \`${first.path[1]}\`: ${second.name.en}`,
    `\`${second.path[1]}\` 和 \`${first.path[1]}\` 是同一台機器：${second.name['zh-TW']}`,
  )
