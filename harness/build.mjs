import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build as bundle } from 'esbuild'

const DAY_MS = 86_400_000

/**
 * Bundles the commands and each lesson's checks into .build/, sharing what they share. Takes about 0.3 s.
 * Safe while other commands run: files arrive whole, entry points last, and chunks in use are not taken away.
 */
export async function build(checkout) {
  const outdir = join(checkout, '.build')
  const unfinished = join(outdir, `unfinished-${process.pid}`)
  const startedAt = new Date()
  const checks = readdirSync(join(checkout, 'lessons'))
    .map(name => join('lessons', name, 'check.ts'))
    .filter(path => statSync(join(checkout, path), { throwIfNoEntry: false }))
  try {
    const page = buildPage(checkout, join(unfinished, 'studio-page'))
    await bundle({
      absWorkingDir: checkout,
      // What lessons elsewhere import is one of them: it is shared with those, not bundled again.
      entryPoints: [
        ...['harness/cli/main.ts', 'checks/path/explain.ts', 'checks/trust/distrust.ts'],
        ...['checks/index.ts', 'checks/for-verbs.ts', 'lessons/_course/proofs.ts', ...checks],
      ],
      outdir: unfinished,
      outbase: '.',
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'linked',
      logLevel: 'warning',
      // Native parts of ssh2 are optional and cannot be bundled; esbuild itself must stay outside, and pg-boss is optional.
      external: ['*.node', 'cpu-features', 'esbuild', 'pg-boss'],
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;",
      },
    })
    await page
    for (const file of filesChunksFirst(unfinished)) {
      const target = join(outdir, file)
      mkdirSync(dirname(target), { recursive: true })
      // As old as the sources it was made from: what was saved meanwhile is newer.
      utimesSync(join(unfinished, file), startedAt, startedAt)
      renameSync(join(unfinished, file), target)
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  removeOldChunks(join(outdir, 'chunks'))
  removeOldChunks(join(outdir, 'studio-page/chunks'))
  // Validated by what was built before: a schema may have changed.
  rmSync(join(outdir, 'manifests'), { recursive: true, force: true })
}

/** Bundles the studio's page into a folder: main.js, main.css, and the terminal, which main.js loads behind itself. */
export const buildPage = (checkout, outdir) =>
  bundle({
    absWorkingDir: checkout,
    entryPoints: ['harness/studio-page/main.tsx'],
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  })

const filesChunksFirst = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort((a, b) => Number(isChunk(b)) - Number(isChunk(a)))

const isChunk = file => /(^|\/)chunks\//.test(file)

/** A command that started before this build may still load its chunks. */
function removeOldChunks(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { force: true })
  }
}

if (import.meta.filename === process.argv[1]) await build(join(import.meta.dirname, '..'))
