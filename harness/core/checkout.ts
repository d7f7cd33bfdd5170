import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the checkout: the nearest folder above this file that has a package.json, bundled or not. */
export const checkout = (() => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
})()

/** True when this code runs from the bundle in .build/ (a command), false from its sources (a test). */
export const isBundled = import.meta.url.includes('/.build/')

/** The lessons of the course. */
const ofCourse = join(checkout, 'lessons')

/** The setting that names the folder of an author's own lessons; a process that we start as another user is told it too. */
export const LESSONS_SETTING = 'OVN_LAB_LESSONS'

/** Where lessons are: an author's own (`--lessons DIR`), else those of the course. */
export const lessonsFolder = (): string => process.env[LESSONS_SETTING] ?? ofCourse

/** From now on lessons are those of this folder. */
export function useLessons(folder: string): void {
  process.env[LESSONS_SETTING] = resolve(folder)
}

/** Whether a folder of lessons, or of one lesson, is outside the course. */
export const isElsewhere = (folder: string): boolean => folder !== ofCourse && dirname(folder) !== ofCourse

/** Where what several lessons share stands once: machines, stages, faults, variations, lies, helper commands. */
export const courseFolder = join(checkout, 'lessons/_course')
