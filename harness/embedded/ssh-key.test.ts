import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeSshKey } from './ssh-key.ts'

it.skipIf(!existsSync('/usr/bin/ssh-keygen'))('makes keys that OpenSSH reads, whatever their comment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-key-'))
  try {
    // Comments of every length that the filling of the last block depends on.
    for (let length = 0; length < 9; length++) {
      const { secret, line } = makeSshKey('c'.repeat(length))
      const file = join(folder, `key${length}`)
      writeFileSync(file, secret, { mode: 0o600 })
      const read = execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' })
      expect(read.trim()).toBe(line.trim())
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
