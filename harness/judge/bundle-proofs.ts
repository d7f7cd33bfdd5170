import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, Plugin } from 'esbuild'
import { checkout } from '../core/checkout.ts'

/** What a lesson may import of ours, however it writes the way there: `ovn-lab/checks/index.ts`, or as the course's lessons do. */
const OURS = /(?:^|\/)(checks\/index|lessons\/_course\/proofs|_course\/proofs)\.ts$/

/** A lesson elsewhere shares our own code as it runs here, so that what its proofs throw is what we catch. */
const oursAsBuilt: Plugin = {
  name: 'ours-as-built',
  setup: build =>
    build.onResolve({ filter: OURS }, ({ path }) => {
      const name = path.includes('_course/') ? 'lessons/_course/proofs.js' : 'checks/index.js'
      return { path: pathToFileURL(join(checkout, '.build', name)).href, external: true }
    }),
}

/** The first thing that esbuild refuses, and where it stands. */
function firstOf(thrown: unknown): unknown {
  const [first] = (thrown as Partial<BuildFailure>).errors ?? []
  const at = first?.location
  return at ? new SyntaxError(`${at.file}:${at.line}:${at.column + 1}: ${first.text}`) : thrown
}

/** The module made of a check.ts that is not in this checkout, with all it imports of its own. What esbuild refuses is thrown. */
export async function bundled<Module>(
  source: string,
  imported: (file: string) => Promise<Module>,
): Promise<Module> {
  const { build } = await import('esbuild')
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-lesson-'))
  const outfile = join(folder, 'check.mjs')
  try {
    await build({
      ...{ entryPoints: [source], outfile, bundle: true, plugins: [oursAsBuilt] },
      ...{ format: 'esm', platform: 'node', target: 'node20', sourcemap: 'inline', logLevel: 'silent' },
    }).catch(thrown => {
      throw firstOf(thrown)
    })
    return await imported(outfile)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
