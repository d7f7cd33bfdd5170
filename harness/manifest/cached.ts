import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkout } from '../core/checkout.ts'

/**
 * What `validate` makes of some files, kept by the hash of their names and texts: YAML and ajv cost 100 ms that a learner need not
 * wait for. `kind` is what else the outcome depends on. Whatever `validate` throws is thrown again each time.
 */
export async function cachedManifest<T>(
  kind: string,
  files: string[],
  validate: () => Promise<T>,
): Promise<T> {
  const hash = createHash('sha256')
  const texts = await Promise.all(files.map(file => readFile(file)))
  for (const [at, text] of texts.entries()) hash.update(`${files[at]}\0${text.length}\0`).update(text)
  const cacheFile = join(checkout, '.build/manifests', `${kind}.${hash.digest('hex')}.json`)
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
