import type { CentralDatabase } from './central.ts'
import type { Lab } from './lab.ts'
import { unlessBlind } from './unless-blind.ts'

/** What the course calls the node with the central databases; a verb speaks of it so. */
const OF_COURSE = 'controller'

/** The parts of what was found that name nodes. */
interface Told {
  where?: string
  try?: string
  hops?: Told[]
}

/**
 * The same, with the node of each central database called what it is called in this lab. Where it is not known which
 * node that is, the words stay as they are.
 */
export async function inOwnNames<T extends Told>(lab: Lab, told: T): Promise<T> {
  const nameOf = async (database: CentralDatabase) => (await unlessBlind(lab.central(database))) ?? OF_COURSE
  const northbound = await nameOf('OVN_Northbound')
  const southbound = await nameOf('OVN_Southbound')
  if (northbound === OF_COURSE && southbound === OF_COURSE) return told
  const place = (where: string) =>
    where
      .replace(`${OF_COURSE} · OVN_Northbound`, `${northbound} · OVN_Northbound`)
      .replace(`${OF_COURSE} · OVN_Southbound`, `${southbound} · OVN_Southbound`)
  const command = (words: string) =>
    words.replace(`# on ${OF_COURSE}`, `# on ${words.includes('ovn-nbctl') ? northbound : southbound}`)
  const own = <S extends Told>(one: S): S => ({
    ...one,
    ...(one.where !== undefined && { where: place(one.where) }),
    ...(one.try !== undefined && { try: command(one.try) }),
    ...(one.hops && { hops: one.hops.map(own) }),
  })
  return own(told)
}
