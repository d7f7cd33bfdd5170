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

it.each([
  ['chekc', '沒有指令「chekc」。是不是要寫「check」？'],
  ['check --stge x', '沒有選項 --stge。是不是要寫「--stage」？'],
  ['check --stage', '選項 --stage <id> 後面要有值。'],
  ['check --lang fr', '選項 --lang <language> 不接受「fr」。可以是 zh-TW, en。'],
  ['solve', '少了參數 lesson。'],
  ['solve a b c', 'solve 最多 1 個參數，但這裡有 3 個。'],
  ['explain a b --tcp 0', '選項 --tcp <port> 不接受「0」。要是 1 到 65535 的埠號。'],
])('tells it in the language of the call: %s', (words, sentence) => {
  const env = { ...process.env, LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_TW.UTF-8' }
  const file = join(checkout, 'harness/ovn-lab.mjs')
  const { status, stderr } = spawnSync(process.execPath, [file, ...words.split(' ')], {
    encoding: 'utf8',
    env,
  })
  expect([status, stderr]).toEqual([3, `${sentence}\n`])
})

it('shows in the help of a part only what has an effect behind it', () => {
  const { stdout } = ovnLab('grade', 'verify', '--help')
  expect(stdout).toContain('Usage: ovn-lab grade verify')
  expect(stdout).not.toMatch(/--jobs|--version/)
})
