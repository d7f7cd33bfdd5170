import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the checkout: the nearest folder above this file that has a package.json, bundled or not. */
export const checkout = (() => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
})()

/** True when this code runs from the bundle in .build/ (a command), false from its sources (a test). */
export const isBundled = import.meta.url.includes('/.build/')

/** Where what several lessons share stands once: machines, stages, faults, variations, lies, helper commands. */
export const courseFolder = join(checkout, 'lessons/_course')
