import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Trail } from '../core/hop.ts'
import { isBundled, root } from '../core/root.ts'
import type { Lab } from '../look/lab.ts'

/** What was asked for, as it was typed: names, each with `@NODE` or without; the second may be an address. */
export interface Asked {
  from: string
  to: string
  tcpPort?: number
}

/** Follows a packet. Rejects with BadCall where a name is no end, CannotLook where nobody could look. */
export type Explain = (lab: Lab, asked: Asked, signal: AbortSignal) => Promise<Trail>

/** What knows of OVN's paths is in checks/, which stands above us: loaded by its place, as a lesson's proofs are. */
export async function loadExplain(): Promise<Explain> {
  const module = join(root, isBundled ? '.build/checks/path/explain.js' : 'checks/path/explain.ts')
  const loaded = (await import(pathToFileURL(module).href)) as { default: Explain }
  return loaded.default
}
