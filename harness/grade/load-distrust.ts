import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isBundled, root } from '../core/root.ts'
import type { Text } from '../core/text.ts'
import type { Lab } from '../look/lab.ts'

/** Why the machines of a lab are not to be believed; empty where there is no reason. Asks for a look that only gradings take. */
export type Distrust = (lab: Lab) => Promise<Text[]>

/** What knows of OVN's facts is in checks/, which stands above us: loaded by its place, as a lesson's proofs are. */
export async function loadDistrust(): Promise<Distrust> {
  const module = join(root, isBundled ? '.build/checks/trust/distrust.js' : 'checks/trust/distrust.ts')
  const loaded = (await import(pathToFileURL(module).href)) as { default: Distrust }
  return loaded.default
}
