import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadRoster } from './load-roster.ts'

const FINGERPRINT = `SHA256:${'A'.repeat(43)}`
const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-digest-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (content: string, name = 'class.yaml'): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

describe('the digest', () => {
  const digest = async (content: string, name?: string) =>
    (await loadRoster(write(`schema: 1\n${content}`, name))).digest
  const class1 = `students:
- { id: s1, name: One, nodes: { c: { host: a, hostKey: "${FINGERPRINT}" }, h: { host: b, jump: gate } } }
- { id: s2, submission: work/s2 }
jumps: { gate: { host: g } }
`
  it('stays where only names, order, keys to log in with and the file move', async () => {
    const same = `jumps: { gate: { port: 22, host: g } }
lesson: day-06
students:
- { submission: ./work/s2/, id: s2 }
- { nodes: { h: { jump: gate, host: b, identityFile: k }, c: { hostKey: "${FINGERPRINT} me", user: vagrant, host: a } }, name: Uno, id: s1 }
`
    expect(await digest(same, 'other.yaml')).toBe(await digest(class1))
  })

  it.each([
    ['an id', 's2,', 's3,'],
    ['a host', 'host: b', 'host: c'],
    ['a jump host', 'host: g', 'host: g2'],
    ['a host key', 'AAAAA"', 'AAAAB"'],
    ['a folder', 'work/s2', 'work/s3'],
    ['who has which node', 'c: {', 'c2: {'],
  ])('moves with %s', async (_, from, to) => {
    expect(class1).toContain(from)
    expect(await digest(class1.replace(from, to))).not.toBe(await digest(class1))
  })
})
