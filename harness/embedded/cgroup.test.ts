import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hierarchies, makeCgroups, removeCgroups } from './cgroup.ts'

it('finds the one hierarchy of a host with cgroups v2 alone', () => {
  expect(hierarchies('cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\nproc /proc proc rw 0 0\n')).toEqual([
    '/sys/fs/cgroup',
  ])
})

it('finds the named hierarchy of v1 and v2 beside it, of the controllers of v1 what counts processes and memory', () => {
  const mounts = `tmpfs /sys/fs/cgroup tmpfs ro 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
`
  expect(hierarchies(mounts)).toEqual([
    '/sys/fs/cgroup/memory',
    '/sys/fs/cgroup/pids',
    '/sys/fs/cgroup/systemd',
    '/sys/fs/cgroup/unified',
  ])
})

it('finds none where none is mounted', () => {
  expect(hierarchies('proc /proc proc rw 0 0\n')).toEqual([])
})

const counting = hierarchies(existsSync('/proc/self/mounts') ? undefined : '').find(mount =>
  mount.endsWith('/pids'),
)
it.skipIf(process.getuid?.() !== 0 || !counting)(
  'no part of a lab can take the processes of the others, where each can be counted',
  () => {
    const [lab, nodes] = ['unit-test-of-cgroups', ['controller', 'hypervisor']]
    const most = (...part: string[]) =>
      Number(readFileSync(join(counting!, 'ovn-lab', lab, ...part, 'pids.max'), 'utf8'))
    try {
      for (const node of nodes) makeCgroups(lab, node)
      expect(most('controller') + most('hypervisor')).toBeLessThan(most())
    } finally {
      expect(removeCgroups(lab)).toBe(true)
    }
  },
)
