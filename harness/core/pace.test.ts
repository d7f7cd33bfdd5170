import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { paceHere } from './pace.ts'

describe('how slow this machine is', () => {
  let folder = ''
  const started = () => readFileSync(join(folder, 'started'), 'utf8').length

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ovn-lab-pace-'))
    writeFileSync(join(folder, 'started'), '')
    writeFileSync(join(folder, 'sh'), `#!/bin/sh\nprintf . >>${folder}/started\nexec /bin/sh "$@"\n`)
    chmodSync(join(folder, 'sh'), 0o755)
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  it('is measured once for all who ask at the same time, and anew for who asks later', async () => {
    const paces = await Promise.all(Array.from({ length: 16 }, paceHere))
    expect(new Set(paces).size).toBe(1)
    expect(started()).toBe(2)
    await paceHere()
    expect(started()).toBe(4)
  })
})
