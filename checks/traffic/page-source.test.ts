import { expect, it } from 'vitest'
import type { PageSeen, ServerSeen } from '../../harness/look/evidence.ts'
import { notTaken, whatItIs } from './page-source.ts'

const page = (more: Partial<PageSeen>): PageSeen => ({
  ...{ status: 200, bytes: 20, captures: [], listening: { inside: ['*:80'], node: [] } },
  ...more,
})
const servers = [
  { socket: '*:8080', waiting: 0, pid: 30, command: 'another' },
  { socket: '192.168.10.100:80', waiting: 0, pid: 31, command: 'busybox httpd -p 80' },
]

it('says who sends a page, and that it is a file', () => {
  expect(whatItIs(page({}), { port: 80 })).toEqual([])
  const known = { listening: { inside: [], node: [], servers }, modified: 'Sat, 28 Nov 2026 05:00:00 GMT' }
  expect(whatItIs(page(known), { port: 80 }).map(({ en }) => en)).toEqual([
    'the page is sent by “busybox httpd -p 80” (PID 31)',
    'the server says, as servers do of files, that it was last changed at Sat, 28 Nov 2026 05:00:00 GMT',
  ])
})

it('tells connections that no program takes, and that it is stopped', () => {
  const server = { node: 'controller', netns: 'ns1', address: '192.168.10.100', prefixLength: 24 }
  const told = (more: Partial<ServerSeen>, complaint = 'silent') =>
    notTaken(
      page({
        complaint,
        listening: { inside: [], node: [], servers: [servers[0]!, { ...servers[1]!, ...more }] },
      }),
      { server, port: 80 },
    )
  const stopped = told({ waiting: 2, isStopped: true })
  expect(stopped?.cause).toBe('server-suspended')
  expect(stopped?.saw.en).toContain('2 of them, and “busybox httpd -p 80” (PID 31) takes none; it is stopped')
  expect(told({ waiting: 2 })?.cause).toBe('page-slow')
  expect(told({})).toBeUndefined()
  expect(told({ waiting: 2 }, 'refused')).toBeUndefined()
})
