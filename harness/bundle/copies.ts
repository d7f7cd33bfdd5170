import type { MachineFacts } from './facts.ts'

/** A student, and what their machines drew. */
export interface Drawn {
  id: string
  facts: MachineFacts
}

/** Up to so many students with the same facts are told, however few there are besides. */
const FEW = 3

/** Whether a fact is of the commands that were handed in, and not of a machine. */
export const isOfCommands = (fact: string): boolean => fact.startsWith('submission ')

/**
 * Which students' machines drew the same: one machine, or a clone. By id, the others in order, each with the facts that
 * are the same; who has something to themselves is not in it. Left out are facts that more than half of all students and
 * more than three have (rows that came with the box), and `given`: what the box holds, or the lesson's texts dictate
 * (whole facts, or their UUIDs and MAC addresses alone). Ids that a machine has before any work count by themselves only
 * where `given` has some of that kind: else nobody knows which came with the box. Times alone never count. Near-linear in the number of facts.
 */
export function sameMachines(
  students: readonly Drawn[],
  given: ReadonlySet<string> = new Set(),
): Map<string, { id: string; facts: string[] }[]> {
  const isGiven = (fact: string) => given.has(fact) || given.has(fact.slice(fact.lastIndexOf(' ') + 1))
  const knowsBox = students.some(({ facts }) => facts.databaseIds.some(isGiven))
  const [holders, ofMachine, times] = [new Map<string, number[]>(), new Set<string>(), new Set<string>()]
  for (const [at, { facts }] of students.entries()) {
    for (const fact of facts.databaseIds) ofMachine.add(fact)
    for (const fact of facts.times) times.add(fact)
    for (const fact of new Set(Object.values(facts).flat())) if (!isGiven(fact)) append(holders, fact, [at])
  }

  /** Facts that the same students have, by who these are: clones have hundreds. */
  const groups = new Map<string, { who: number[]; facts: string[] }>()
  for (const [fact, who] of holders) {
    if (who.length < 2 || (who.length > FEW && who.length * 2 > students.length)) continue
    const group = groups.get(who.join()) ?? { who, facts: [] }
    group.facts.push(fact)
    groups.set(who.join(), group)
  }

  const pairs = new Map<number, Map<number, string[]>>()
  for (const { who, facts } of groups.values())
    for (const one of who)
      for (const other of who) {
        if (one === other) continue
        const ofOne = pairs.get(one) ?? new Map<number, string[]>()
        pairs.set(one, ofOne)
        append(ofOne, other, facts)
      }

  const tells = (facts: string[]) =>
    facts.some(fact => !times.has(fact) && (knowsBox || !ofMachine.has(fact)))
  const idOf = (at: number) => students[at]?.id ?? ''
  const same = new Map<string, { id: string; facts: string[] }[]>()
  for (const [one, others] of [...pairs].sort(([a], [b]) => a - b)) {
    const told = [...others].filter(([, facts]) => tells(facts)).sort(([a], [b]) => a - b)
    if (told.length > 0)
      same.set(
        idOf(one),
        told.map(([other, facts]) => ({ id: idOf(other), facts: facts.sort() })),
      )
  }
  return same
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, values: readonly Value[]): void {
  const list = lists.get(key) ?? []
  for (const value of values) list.push(value)
  lists.set(key, list)
}
