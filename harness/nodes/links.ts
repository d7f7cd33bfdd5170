import { randomBytes } from 'node:crypto'
import type { KernelFacts, Link } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { linksFrom } from './ip-json.ts'
import { lookAtKernel } from './kernel.ts'

const DEADLINE_MS = 5_000
const MAX_BYTES = 8 * 2 ** 20

/**
 * The facts again, with the links of some namespaces as they are now; an empty name is that of the node's own. Reading these
 * alone takes a tenth of what reading all of it does. All of it is read where they cannot be. Rejects with CannotLook.
 * Source: ip-address(8).
 */
export async function lookAtLinks(
  machine: Machine,
  facts: KernelFacts,
  netns: ReadonlySet<string>,
): Promise<KernelFacts> {
  const names = [...netns]
  const mark = randomBytes(16).toString('hex')
  const { stdout, code } = await machine.run(script(mark, names), {
    deadlineMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
  })
  const read = code === 0 ? linksByName(stdout.toString(), mark, names) : undefined
  // One of them is no longer there, say.
  if (!read || names.some(name => name !== '' && !facts.netns[name])) return lookAtKernel(machine)
  const { '': own, ...others } = read
  const aliases = own ? (facts.netnsOfNode ?? []).map(name => [name, own]) : []
  return {
    ...facts,
    ...(own && { links: own }),
    netns: { ...facts.netns, ...others, ...Object.fromEntries(aliases) },
  }
}

const script = (mark: string, names: string[]) =>
  names
    .map(name => `echo '${mark}'; ip ${name === '' ? '' : `-n ${shellQuote(name)} `}-d -j addr show || exit 1`)
    .join('\n')

function linksByName(output: string, mark: string, names: string[]): Record<string, Link[]> | undefined {
  const parts = output.split(`${mark}\n`).slice(1)
  if (parts.length !== names.length) return undefined
  try {
    return Object.fromEntries(names.map((name, at) => [name, linksFrom(parts[at]!)]))
  } catch {
    return undefined
  }
}
