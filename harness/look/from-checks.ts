import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkout, isBundled } from '../core/checkout.ts'

/** What knows of OVN stands above us, in checks/: the default export of the module of this name there, loaded by its place. */
export async function fromChecks<Default>(name: string): Promise<Default> {
  const module = join(checkout, isBundled ? `.build/checks/${name}.js` : `checks/${name}.ts`)
  return ((await import(pathToFileURL(module).href)) as { default: Default }).default
}
