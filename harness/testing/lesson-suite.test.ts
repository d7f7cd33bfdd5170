import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-suite-'))
afterAll(() => rmSync(folder, { recursive: true }))

const dead = join(folder, 'dead.json')
writeFileSync(dead, JSON.stringify({ schema: 1, lab: 'lost', takenAt: '', answers: [] }))
const recorded = (stage: string) => join(checkout, 'lessons/day-06/recordings', `${stage}.json`)

/** What `npx vitest --project lessons day-06` prints about a recorded lab, and its exit code. */
function suiteOf(recording: string, lang: string): Promise<{ code: number; printed: string }> {
  const vitest = join(checkout, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--project', 'lessons', 'day-06', '--reporter', 'verbose']
  const env = { PATH: process.env.PATH, LC_ALL: lang, OVN_LAB_REPLAY: recording }
  return new Promise(resolve => {
    const child = execFile(process.execPath, args, { cwd: checkout, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode!, printed: stripVTControlCharacters(stdout + stderr) }),
    )
  })
}

describe('a lesson as a Vitest suite', () => {
  it('passes where it is solved, stages around claims', async () => {
    const { code, printed } = await suiteOf(recorded('mapping'), 'C.UTF-8')
    expect(printed).toMatch(/✓ .*day-06 .* > Add the localnet port > That switch has a port of type localnet/)
    expect(printed).toMatch(/Tests +30 passed \| 6 skipped \(36\)/)
    expect(code).toBe(0)
  })

  it('fails with what was expected and what was seen; what waits is skipped, with the claim it waits for', async () => {
    const { code, printed } = await suiteOf(recorded('switch'), 'C.UTF-8')
    expect(printed).toMatch(/Tests +5 failed \| 9 passed \| 22 skipped \(36\)/)
    expect(printed).toContain('Expected: "eth2, up and without an address, in a bridge other than br-int"')
    expect(printed).toContain('Received: "eth2 is in no bridge"')
    expect(printed).toContain('Try: sudo ovs-vsctl show   # on hypervisor')
    expect(printed).toMatch(/↓ .*contain unknown .*\[waits · for “That switch has a port of type localnet/)
    expect(code).toBe(1)
  })

  it('skips what could not be looked at, with why, in the learner’s language', async () => {
    const { code, printed } = await suiteOf(dead, 'zh_TW.UTF-8')
    expect(printed).toMatch(/Tests +36 skipped \(36\)/)
    expect(printed).toMatch(/↓ .*建立 .*\[無法查看 · /)
    expect(code).toBe(0)
  })
})
