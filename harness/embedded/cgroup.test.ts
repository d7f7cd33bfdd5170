import { expect, it } from 'vitest'
import { hierarchies } from './cgroup.ts'

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
