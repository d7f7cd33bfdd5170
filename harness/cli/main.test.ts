import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

const ovnLab = (...words: string[]) =>
  spawnSync(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...words], { encoding: 'utf8' })

it('tells its version, and that alone', () => {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string }
  expect(ovnLab('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
})

it('ends a call it does not know with a sentence, and the exit code of a wrong call', () => {
  const { status, stdout, stderr } = ovnLab('chekc')
  expect([status, stdout]).toEqual([3, ''])
  expect(stderr).toContain("unknown command 'chekc'")
})

it('shows in the help of a part only what has an effect behind it', () => {
  const { stdout } = ovnLab('grade', 'verify', '--help')
  expect(stdout).toContain('Usage: ovn-lab grade verify')
  expect(stdout).not.toMatch(/--jobs|--version/)
})
