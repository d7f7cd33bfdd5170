import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root } from '../root.ts'

/**
 * What `validate` makes of a file, kept by the hash of its text: YAML and ajv cost 100 ms that a learner need not wait
 * for. `kind` is what else the outcome depends on. Whatever `validate` throws is thrown again each time.
 */
export async function cachedManifest<T>(kind: string, file: string, validate: () => Promise<T>): Promise<T> {
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  const cacheFile = join(root, '.build/manifests', `${kind}.${hash}.json`)
  try {
    return JSON.parse(await readFile(cacheFile, 'utf8')) as T
  } catch {
    const manifest = await validate()
    await keep(cacheFile, manifest)
    return manifest
  }
}

/** A read-only checkout only loses the speed. */
async function keep(cacheFile: string, manifest: unknown): Promise<void> {
  const unfinished = `${cacheFile}.${process.pid}`
  await mkdir(dirname(cacheFile), { recursive: true })
    .then(() => writeFile(unfinished, JSON.stringify(manifest)))
    .then(() => rename(unfinished, cacheFile))
    .catch(() => undefined)
}
