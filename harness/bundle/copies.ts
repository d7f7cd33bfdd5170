import type { MachineFacts } from './facts.ts'

/** A student, and what their machines drew. */
export interface Drawn {
  id: string
  facts: MachineFacts
}

/** Up to so many students with the same facts are told, however few there are besides. */
const FEW = 3
/** Of a machine that a whole class has, each is told so many others. */
const OTHERS_MAX = 30

/** Whether a fact is of the commands that were handed in, and not of a machine. */
export const isOfCommands = (fact: string): boolean => fact.startsWith('submission ')

/**
 * Which students' machines drew the same: one machine, or a clone. By id, the others in order, each with the facts that
 * are the same; who has something to themselves is not in it. Left out is what `given` has: what the box holds, or the lesson's
 * texts dictate (whole facts, or their UUIDs and MAC addresses alone). What more than half of all students and more than three
 * have came with the box, unless they have a running kernel in common too, which no box has. Rows of work and commands tell;
 * ids that a machine has before any work do where `given` has some of that kind: else nobody knows which came with the box.
 * Never by themselves: times; MAC addresses, which systemd makes from a box's machine-id and the name of a link, and a classmate's
 * notes may dictate; kernels, as containers that one computer runs one after the other may get the same number. Near-linear in
 * the number of facts.
 */
export function sameMachines(
  students: readonly Drawn[],
  given: ReadonlySet<string> = new Set(),
): Map<string, { id: string; facts: string[] }[]> {
  const isGiven = (fact: string) => given.has(fact) || given.has(fact.slice(fact.lastIndexOf(' ') + 1))
  const knowsBox = students.some(({ facts }) => facts.databaseIds.some(isGiven))
  const [holders, telling] = [new Map<string, number[]>(), new Set<string>()]
  for (const [at, { facts }] of students.entries()) {
    const { rowUuids, handedIn, databaseIds } = facts
    for (const fact of [...rowUuids, ...handedIn, ...(knowsBox ? databaseIds : [])]) telling.add(fact)
    for (const fact of new Set(Object.values(facts).flat())) if (!isGiven(fact)) append(holders, fact, [at])
  }

  /** Facts that the same students have, by who these are: clones have hundreds. */
  const groups = new Map<string, { who: number[]; facts: string[] }>()
  for (const [fact, who] of holders) {
    const isCommon = who.length > FEW && who.length * 2 > students.length
    for (const some of isCommon ? withOneKernel(who, students) : [who]) {
      if (some.length < 2) continue
      const group = groups.get(some.join()) ?? { who: some, facts: [] }
      group.facts.push(fact)
      groups.set(some.join(), group)
    }
  }

  const pairs = new Map<number, Map<number, string[]>>()
  for (const { who, facts } of groups.values())
    for (const one of who)
      for (const other of who.filter(other => other !== one).slice(0, OTHERS_MAX)) {
        const ofOne = pairs.get(one) ?? new Map<number, string[]>()
        pairs.set(one, ofOne)
        append(ofOne, other, facts)
      }

  const idOf = (at: number) => students[at]?.id ?? ''
  const same = new Map<string, { id: string; facts: string[] }[]>()
  for (const [one, others] of [...pairs].sort(([a], [b]) => a - b)) {
    const told = [...others]
      .filter(([, facts]) => facts.some(fact => telling.has(fact)))
      .sort(([a], [b]) => a - b)
    if (told.length > 0)
      same.set(
        idOf(one),
        told.map(([other, facts]) => ({ id: idOf(other), facts: facts.sort() })),
      )
  }
  return same
}

/** Of these students, those whose nodes were one running kernel, together. */
function withOneKernel(who: readonly number[], students: readonly Drawn[]): number[][] {
  const byKernel = new Map<string, number[]>()
  for (const at of who) for (const kernel of students[at]!.facts.kernels) append(byKernel, kernel, [at])
  return [...new Map([...byKernel.values()].map(some => [some.join(), some])).values()]
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, values: readonly Value[]): void {
  const list = lists.get(key) ?? []
  for (const value of values) list.push(value)
  lists.set(key, list)
}
