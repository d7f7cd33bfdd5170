import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ownPlaces, placesHere } from './places.ts'

const uid = process.getuid?.() ?? 0
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'places-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const make = (name: string, mode = 0o700) => {
  mkdirSync(join(folder, name), { recursive: true })
  chmodSync(join(folder, name), mode)
}
const runs = (user = uid) =>
  ownPlaces(user, '/home/learner', { users: join(folder, 'user'), shared: folder }).map(({ run }) =>
    run.slice(folder.length),
  )

it('prefers the folder a user has while logged in, and knows the one in /tmp beside it', () => {
  expect(runs()).toEqual([`/ovn-lab-${uid}`])
  make(`user/${uid}`)
  make(`ovn-lab-${uid}`)
  expect(runs()).toEqual([`/user/${uid}/ovn-lab`, `/ovn-lab-${uid}`])
})

it('takes no folder of somebody else, none that others may write to, and no link', () => {
  make(`ovn-lab-${uid + 1}`)
  expect(runs(uid + 1)).toEqual([])
  make(`ovn-lab-${uid}`, 0o777)
  expect(runs()).toEqual([])
  rmSync(join(folder, `ovn-lab-${uid}`), { recursive: true })
  make('elsewhere')
  symlinkSync(join(folder, 'elsewhere'), join(folder, `ovn-lab-${uid}`))
  expect(runs()).toEqual([])
})

it('keeps disks and images in the home, where they outlive /tmp', () => {
  expect(ownPlaces(uid, '/home/learner', { users: folder, shared: folder })[0]).toMatchObject({
    cache: '/home/learner/.cache/ovn-lab',
    disks: '/home/learner/.local/state/ovn-lab',
  })
})

it('are those of root for root, unless it is root of a namespace only', () => {
  expect(placesHere({}).run).toBe('/run/ovn-lab')
  const told = { run: '/r', cache: '/c', disks: '/d' }
  const env = { OVN_LAB_OWN_PLACES: JSON.stringify(told) }
  expect(placesHere(env)).toEqual(uid === 0 ? told : placesHere({}))
})
