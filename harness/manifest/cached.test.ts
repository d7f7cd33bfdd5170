import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { cachedManifest } from './cached.ts'

it('is made anew where a file has another name, as what is in it may be known by that', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-cached-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const [one, other] = [join(folder, 'one.yaml'), join(folder, 'other.yaml')]
  await writeFile(one, 'hints: []\n')
  const named = (file: string) => cachedManifest('test', [file], async () => basename(file))
  expect(await named(one)).toBe('one.yaml')
  await rename(one, other)
  expect(await named(other)).toBe('other.yaml')
})
