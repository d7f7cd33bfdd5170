import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

it('makes folders on the way, and leaves those that are there', () => {
  const top = mkdtempSync(join(tmpdir(), 'ovn-lab-folder-'))
  makeFolder(join(top, 'a/b/c'))
  makeFolder(join(top, 'a/b'))
  expect(existsSync(join(top, 'a/b/c'))).toBe(true)
  writeFileSync(join(top, 'file'), '')
  expect(() => makeFolder(join(top, 'file/below'))).toThrow('ENOTDIR')
  rmSync(top, { recursive: true })
})

it('comes back where no folder can be made', () => {
  expect(() => makeFolder('/proc/ovn-lab/reports')).toThrow('ENOENT')
})
