import { CENTRAL_DATABASES } from './central.ts'
import type { Lab } from './lab.ts'
import { unlessBlind } from './unless-blind.ts'

/** The parts of what was found that name nodes. */
interface Told {
  where?: string
  try?: string
  hops?: Told[]
}

/** The command that reads a central database, on the node that has it (ovn-nbctl(8), ovn-sbctl(8)). */
const READ_BY = { OVN_Northbound: 'ovn-nbctl', OVN_Southbound: 'ovn-sbctl' }

/**
 * The same, with the nodes of OVN's central databases named. A verb need not know them: a place of its that begins with
 * such a database, which no node can be called, and a command of that database that says no node, get its node here.
 * Where it is not known which node that is, the words stay as they are.
 */
export async function inOwnNames<T extends Told>(lab: Lab, told: T): Promise<T> {
  const names = await Promise.all(
    CENTRAL_DATABASES.map(async database => ({ database, node: await unlessBlind(lab.central(database)) })),
  )
  const nodeOf = (isMeant: (database: (typeof CENTRAL_DATABASES)[number]) => boolean) =>
    names.find(({ database }) => isMeant(database))?.node
  const place = (where: string) => {
    const node = nodeOf(database => where.startsWith(`${database} · `))
    return node === undefined ? where : `${node} · ${where}`
  }
  const command = (words: string) => {
    const node = nodeOf(database => words.includes(`${READ_BY[database]} `))
    return node === undefined || words.includes('   # on ') ? words : `${words}   # on ${node}`
  }
  const own = <S extends Told>(one: S): S => ({
    ...one,
    ...(one.where !== undefined && { where: place(one.where) }),
    ...(one.try !== undefined && { try: command(one.try) }),
    ...(one.hops && { hops: one.hops.map(own) }),
  })
  return own(told)
}
