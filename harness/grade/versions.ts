import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundle } from '../bundle/bundle.ts'
import { checkout, courseFolder } from '../core/checkout.ts'
import { ownVersion } from '../core/version.ts'
import type { Lesson } from '../lesson/lesson.ts'

const digests = new Map<string, string>()

/** What a verdict depends on besides what was seen: Node, this project's version, and the files the lesson is judged by. */
export const versionsFor = ({ id, folder }: Lesson): Bundle['versions'] => {
  let lesson = digests.get(id)
  if (lesson === undefined) {
    lesson = digestOf(folder, courseFolder, join(checkout, 'checks'))
    digests.set(id, lesson)
  }
  return { node: process.versions.node, checker: ownVersion(), lesson }
}

/** SHA-256 (hex) over what claims are judged by: a text of a lesson or a test may change without moving a verdict. */
function digestOf(...folders: string[]): string {
  const hash = createHash('sha256')
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isOfJudging).sort()
    for (const file of files)
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(folder, file)))
        .update('\0')
  }
  return hash.digest('hex')
}

const isOfJudging = (file: string) =>
  /\.(ts|yaml)$/.test(file) && !/test|(^|\/)(solutions|faults|variations|lies|recordings)\//.test(file)
