import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { embeddedInventory } from '../embedded/index.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab, verdictsOf } from '../testing/real-lab.ts'
import { nodeNames } from '../topology/topology.ts'
import { ended, proveCommand } from './command.testing.ts'
import { loadTrials } from './load-trials.ts'

const LAB = 'lent'

const notHere = noLabReason || otherTurn(3)

describe.skipIf(notHere)(`a proof on machines of an inventory file${notHere}`, () => {
  let lab: RealLab
  let folder: string
  beforeAll(async () => {
    lab = await realLab(LAB)
    folder = mkdtempSync(join(tmpdir(), 'lent-'))
  })
  afterAll(async () => {
    await lab?.down()
    rmSync(folder, { recursive: true, force: true })
  })

  it('begins with untouched machines, whatever they were, and leaves them so, and on', async () => {
    const untouched = verdictsOf((await lab.check()).judgements, lab.lesson)
    for (const { id } of lab.lesson.stages) await lab.solve(id)
    const file = join(folder, 'lab.yaml')
    writeFileSync(file, stringify({ nodes: (await embeddedInventory(LAB))?.nodes }))
    const [fault] = await loadTrials(lab.lesson, nodeNames(lab.lesson.topology))
    const { code, said } = await ended(proveCommand([lab.lesson.id, '--labs', file, '--fault', fault!.id]))
    expect(said).toContain('1 of 1 faults caught; the broken link named in 1')
    expect(code, said).toBe(0)
    expect(verdictsOf((await lab.check()).judgements, lab.lesson)).toEqual(untouched)
  })
})
