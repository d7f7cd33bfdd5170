import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyLedger } from '../bundle/verify.ts'
import { checkout } from '../core/checkout.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason } from '../testing/real-lab.ts'

/**
 * The command of the README. OVN_LAB_EXAMPLE=FOLDER keeps what it wrote: docs/example-class/bundles is the `bundles` of
 * such a folder.
 */
const KEPT = process.env.OVN_LAB_EXAMPLE

const notHere = noLabReason || (KEPT === undefined ? otherTurn(3) : '')

interface Row {
  id: string
  verdict: string
  points: number | null
  firstBroken: { where: string; saw: string } | null
  untrusted?: string[]
  unreached?: string
  sameMachineAs?: { id: string }[]
}

describe.skipIf(notHere)(`grade --example, from nothing to a board${notHere}`, () => {
  const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'ovn-lab-class-'))
  // A private key is no evidence.
  const state = mkdtempSync(join(tmpdir(), 'ovn-lab-key-'))
  let exitCode: number | null
  let rows: Row[]
  beforeAll(async () => {
    // Labs of other tests are up beside it.
    const words = [join(checkout, 'harness/ovn-lab.mjs'), 'grade', '--example', '--out', folder, '--jobs', '1']
    const child = spawn(process.execPath, words, {
      env: { ...process.env, LANG: 'C', LC_ALL: '', XDG_STATE_HOME: state },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    ;[exitCode] = (await once(child, 'exit')) as [number | null]
    rows = JSON.parse(readFileSync(join(folder, 'grade.json'), 'utf8')).students
  })
  afterAll(() => {
    rmSync(state, { recursive: true })
    if (KEPT === undefined) rmSync(folder, { recursive: true })
  })

  const of = (id: string) => rows.find(one => one.id === id)!

  it('ends by saying that somebody has no number', () => {
    expect(exitCode).toBe(2)
  })

  it.each(['s01', 's02', 's03'])('%s has built it, in one way or another: all points', id => {
    expect(of(id)).toMatchObject({ verdict: 'holds', points: 100 })
    expect(of(id).untrusted).toBeUndefined()
  })

  it('s04 is half done: the points of what holds, and the first link that is missing', () => {
    expect(of('s04')).toMatchObject({ verdict: 'fails', points: 34 })
    expect(of('s04').firstBroken?.where).toBe('controller · Open_vSwitch · Bridge · ports')
  })

  it('s05 has one word wrong: it is named, on its node', () => {
    expect(of('s05')).toMatchObject({ verdict: 'fails', points: 69 })
    expect(of('s05').firstBroken?.where).toBe(
      'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings',
    )
  })

  it('s06 has another ping: the machine is not believed, and has no number', () => {
    const { verdict, points, untrusted } = of('s06')
    expect({ verdict, points }).toEqual({ verdict: 'unknown', points: null })
    expect(untrusted).toContainEqual(expect.stringContaining('ping on hypervisor'))
  })

  it('s07 is switched off: no number, no blame, and the reason', () => {
    expect(of('s07')).toMatchObject({ verdict: 'unknown', points: null })
    expect(of('s07').unreached).toContain('lab example-s07 is not running')
  })

  it('s02 has what the machine of s01 drew, and nobody else has', () => {
    const pairs = rows.flatMap(({ id, sameMachineAs = [] }) => sameMachineAs.map(one => [id, one.id]))
    expect(pairs).toEqual([
      ['s01', 's02'],
      ['s02', 's01'],
    ])
  })

  it('leaves evidence that is whole', async () => {
    expect(await verifyLedger(folder)).toEqual([])
  })
})
