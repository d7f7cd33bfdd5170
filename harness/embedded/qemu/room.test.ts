import { expect, it } from 'vitest'
import { loadTopology } from '../../topology/load-topology.ts'
import { type Room, shortage } from './room.ts'

const topology = await loadTopology()

const enough: Room = { memoryMib: 2000, cacheMib: 5000, disksMib: 5000, isImageThere: false }

it('has nothing to say where there is room', () => {
  expect(shortage(enough, topology)).toBe(undefined)
  expect(shortage({ ...enough, cacheMib: 1100, isImageThere: true }, topology)).toBe(undefined)
})

it('says in one sentence what is short, and what would do', () => {
  expect(shortage({ ...enough, memoryMib: 900.7 }, topology)?.en).toBe(
    'Two virtual machines need 1324 MiB of memory, and 900 MiB are free: close some programs, or use the embedded lab (npx ovn-lab lab up).',
  )
  expect(shortage({ ...enough, disksMib: 200 }, topology)?.en).toBe(
    'Two virtual machines need 1000 MiB on the disk of /var/lib/ovn-lab, and 200 MiB are free there: free some space first.',
  )
  expect(shortage({ ...enough, cacheMib: 2000 }, topology)?.en).toBe(
    'Two virtual machines need 2200 MiB on the disk of /var/cache/ovn-lab, and 2000 MiB are free there: free some space first.',
  )
})
