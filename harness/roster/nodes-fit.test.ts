import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { BadCall } from '../core/errors.ts'
import { loadRoster } from './load-roster.ts'
import { assertNodesFit, type Needed } from './nodes-fit.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-nodes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NEEDED: Needed[] = [{ lesson: 'day-06', nodes: ['controller', 'hypervisor'] }]
const address = (host: string) => `{ host: ${host}, user: vagrant }`
/** What is complained of in a class of one student with these nodes, and one whose nodes are right. */
async function complaint(nodes: string[], needed = NEEDED): Promise<string | undefined> {
  const file = join(folder, 'class.yaml')
  const own = nodes.map((node, at) => `      ${node}: ${address(`10.0.0.${at}`)}\n`).join('')
  const right = `  - id: s2\n    nodes: { controller: ${address('a')}, hypervisor: ${address('b')} }\n`
  writeFileSync(file, `schema: 1\nstudents:\n${right}  - id: s1\n    nodes:\n${own}  - { id: s3, lab: x }\n`)
  const roster = await loadRoster(file)
  const thrown = await assertNodesFit(roster, roster.students, needed).catch((error: BadCall) => error)
  return thrown?.sentence.en.replace(`${file}:`, '')
}

describe('the nodes of a student', () => {
  it('are those that the lessons are about, and others besides', async () => {
    expect(await complaint(['controller', 'hypervisor'])).toBeUndefined()
    expect(await complaint(['controller', 'hypervisor', 'controler', 'third'])).toBeUndefined()
  })

  it('that are mistyped are told where they stand, with the word that was meant', async () => {
    expect(await complaint(['controler', 'hypervisor'])).toBe(
      '7:7: day-06 has no node `controler`; did you mean `controller`?',
    )
  })

  it('that are missing are told', async () => {
    expect(await complaint(['controller'])).toMatch(
      /^\d+:\d+: student `s1` has no node `hypervisor`, which day-06 is about$/,
    )
    const third = { lesson: 'own', nodes: ['controller', 'gateway'] }
    expect(await complaint(['controller', 'hypervisor', 'gateway'], [...NEEDED, third])).toMatch(
      /student `s2` has no node `gateway`, which own is about$/,
    )
  })
})
