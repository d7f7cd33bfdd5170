import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadProofs } from './load-proofs.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-proofs-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('a check.ts that throws is called by its name, and is no bug of the checker', async () => {
  writeFileSync(join(folder, 'check.ts'), "throw new TypeError('path is not a path')\n")
  await expect(loadProofs({ id: 'day-99', folder, stages: [] })).rejects.toMatchObject({
    name: 'BadCall',
    sentence: {
      en: `${folder}/check.ts cannot be loaded: TypeError: path is not a path`,
      'zh-TW': `無法載入 ${folder}/check.ts：TypeError: path is not a path`,
    },
  })
})
