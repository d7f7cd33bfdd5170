import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { agesScript, youngestIn } from './ages.ts'

it('tells how long the youngest process of a name has run', () => {
  const own = readFileSync('/proc/self/comm', 'utf8').trim()
  const lines = execFileSync('sh', ['-c', agesScript(own)], { encoding: 'utf8' }).split('\n')
  const youngest = youngestIn(lines)!
  expect(youngest).toBeGreaterThanOrEqual(0)
  expect(youngest).toBeLessThanOrEqual(process.uptime() + 2)
})

it('says nothing where there is none, or the numbers are of different clocks', () => {
  expect(execFileSync('sh', ['-c', agesScript('nobody')], { encoding: 'utf8' })).toBe('')
  expect(youngestIn(['runs -5', 'running'])).toBeUndefined()
})
