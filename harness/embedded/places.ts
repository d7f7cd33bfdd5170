import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { isRoot } from './privilege.ts'

/** Where labs keep their files. */
export interface Places {
  /** Everything labs keep while they are up; gone when the last one is down. */
  run: string
  /** What outlives labs: the image, and the files that labs are locked with. */
  cache: string
  /** Disks of virtual machines, a folder a lab: too large for `run`, which is in memory on most machines. */
  disks: string
}

/** Those of root's labs, which every user of the machine can see. */
export const OF_ROOT: Places = {
  run: '/run/ovn-lab',
  cache: '/var/cache/ovn-lab',
  disks: '/var/lib/ovn-lab',
}

/** How who goes on as root of a user namespace is told whose places are meant: there everybody's name is root. */
export const OWN_PLACES = 'OVN_LAB_OWN_PLACES'

/** Whether we are root in a user namespace only, and with it in a user's own lab. */
export const isOwnRoot = (env = process.env): boolean => isRoot() && env[OWN_PLACES] !== undefined

/** Where we make what we make: root's places, or those we were told. */
export function placesHere(env = process.env): Places {
  const told = env[OWN_PLACES]
  return isRoot() && told !== undefined ? (JSON.parse(told) as Places) : OF_ROOT
}

/** Where a lab is: among our own ones, or else among those of root. */
export function placesOf(lab: string): Places {
  if (isRoot()) return placesHere()
  const own = ownPlaces()
  return (
    own.find(({ run }) => existsSync(join(run, lab))) ??
    own.find(({ disks }) => existsSync(join(disks, lab))) ??
    OF_ROOT
  )
}

/** Whether a lab is one of our own, which needs no root of the machine. */
export const isOwn = (lab: string): boolean => placesOf(lab) !== OF_ROOT

/**
 * Where a user's labs can be, best first. A folder for the time that a user is logged in is not there for each of them
 * (XDG Base Directory Specification); a folder in /tmp that belongs to somebody else is none.
 */
export function ownPlaces(
  uid = process.getuid?.() ?? 0,
  home = homedir(),
  { users, shared } = { users: '/run/user', shared: '/tmp' },
): Places[] {
  const [session, common] = [join(users, String(uid)), join(shared, `ovn-lab-${uid}`)]
  const runs = [
    ...(isOf(uid, session) ? [join(session, 'ovn-lab')] : []),
    ...(!existsSync(common) || isOf(uid, common) ? [common] : []),
  ]
  const [cache, disks] = [join(home, '.cache/ovn-lab'), join(home, '.local/state/ovn-lab')]
  return runs.map(run => ({ run, cache, disks }))
}

/** Whether we have images of our own, which only we can remove. */
export const hasOwnImages = (): boolean =>
  ownPlaces().some(
    ({ cache }) => existsSync(cache) && readdirSync(cache).some(name => name.startsWith('image-')),
  )

/** Where a new lab of our own will be; BadCall where it can be nowhere. */
export function newOwnPlaces(): Places {
  const [best] = ownPlaces()
  if (best === undefined) throw notOurs(`/tmp/ovn-lab-${process.getuid?.()}`)
  return best
}

/** Makes the folder of what is kept while labs are up; one of our own holds keys, and is for nobody else. */
export function makeRun(): void {
  const { run } = placesHere()
  mkdirSync(run, { recursive: true, mode: isOwnRoot() ? 0o700 : 0o755 })
  // Somebody else may have been faster in /tmp.
  if (!isOf(process.getuid?.() ?? 0, run)) throw notOurs(run)
}

const notOurs = (folder: string) =>
  new BadCall(
    text(
      `${folder}, where the lab would keep its files, belongs to another user: ask its owner to remove it.`,
      `實驗環境要存放檔案的 ${folder} 屬於其他使用者：請擁有者把它移除。`,
    ),
  )

/** A link or a folder that others may write to could lead us to somebody else's files. */
function isOf(uid: number, folder: string): boolean {
  try {
    const { uid: owner, mode } = lstatSync(folder)
    return owner === uid && (mode & 0o170022) === 0o040000
  } catch {
    return false
  }
}
