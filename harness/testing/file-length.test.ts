import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

it('no file of code has more than 250 lines', () => {
  const files = ['harness', 'checks', 'lessons'].flatMap(top =>
    readdirSync(join(checkout, top), { recursive: true, encoding: 'utf8' }).map(file => join(top, file)),
  )
  const linesOf = (file: string) => readFileSync(join(checkout, file), 'utf8').split('\n').length - 1
  const code = files
    .filter(file => /\.(tsx?|mjs|sh|css)$/.test(file))
    .map(file => `${file}: ${linesOf(file)} lines`)
  expect(code.filter(told => Number(told.split(' ').at(-2)) > 250)).toEqual([])
})
