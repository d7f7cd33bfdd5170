import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BuildFailure, Plugin } from 'esbuild'
import { checkout } from '../core/checkout.ts'

/** What a lesson may import of ours, however it writes the way there: `ovn-lab/checks/index.ts`, or as the course's lessons do. */
const SHARED = ['checks/index', 'checks/for-verbs', 'lessons/_course/proofs']

/** Where our own code is. */
const TOPS = ['checks', 'harness', 'lessons']

/** What else an import may mean that is ours; `harness/core/text.ts` beside the lesson is its own if it is there. */
const OURS = /^ovn-lab\/|(?:^|\/)(?:checks|harness|_course)\/.*\.ts$/

/**
 * A lesson elsewhere shares our own code as it runs here, so that what its proofs throw is what we catch. Whatever is not
 * built for that would come as a second copy, whose errors nobody here knows: it is refused.
 */
const oursAsBuilt: Plugin = {
  name: 'ours-as-built',
  setup: build =>
    build.onResolve({ filter: OURS }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined
      const shared = SHARED.find(name => path.endsWith(`${name.replace('lessons/', '')}.ts`))
      if (shared)
        return { path: pathToFileURL(join(checkout, '.build', `${shared}.js`)).href, external: true }
      const file = resolve(resolveDir, path)
      if (existsSync(file) && !TOPS.some(top => file.startsWith(join(checkout, top, sep)))) return undefined
      const all = SHARED.map(name => `ovn-lab/${name}.ts`).join(', ')
      return { errors: [{ text: `${path} cannot be imported here; of ovn-lab, a lesson can import ${all}` }] }
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
