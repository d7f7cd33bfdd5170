import { stat } from 'node:fs/promises'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { WrittenAddress } from '../inventory/complete-address.ts'
import inventorySchema from '../inventory/inventory.schema.json' with { type: 'json' }
import { type Manifest, readManifest } from '../manifest/validate.ts'
import schema from './roster.schema.json' with { type: 'json' }

/** One of the class as the file has it. */
export interface WrittenStudent {
  /** A number where somebody left the quotes out. */
  id: string | number
  name?: string
  lab?: string
  nodes?: Record<string, WrittenAddress<string>>
  submission?: string
  handedInAt?: string
}

/** A roster as its file has it (roster.schema.json). */
export interface WrittenRoster {
  lesson?: string
  lessons?: string[]
  jumps?: Record<string, WrittenAddress<string>>
  students: WrittenStudent[]
}

/** Says where a part of the file stands: `file:line:column`. */
export type At = Manifest<unknown>['at']

/** A class of 5000 takes about 1 MB. */
const SIZE_BYTES_MAX = 5_000_000

// The address of an inventory is written once; an editor finds it by its relative path, ajv inside.
const wholeSchema = {
  ...schema,
  $defs: { ...schema.$defs, inventory: { ...inventorySchema, $id: '../inventory/inventory.schema.json' } },
}

/** Reads a roster's file and validates its form. Throws BadCall with `file:line:column: sentence`. */
export async function readRoster(file: string): Promise<Manifest<WrittenRoster>> {
  const found = await stat(file).catch(() => undefined)
  if (found && !found.isDirectory() && (!found.isFile() || found.size > SIZE_BYTES_MAX))
    throw notRead(
      file,
      found.isFile()
        ? text('it is larger than 5 MB', '檔案超過 5 MB')
        : text('it is not a regular file', '這不是一般檔案'),
    )
  return readManifest<WrittenRoster>(file, wholeSchema)
}

const notRead = (file: string, why: Text): BadCall =>
  new BadCall(text(`${file} is not read as a roster: ${why.en}`, `${file} 不當作名單讀取：${why['zh-TW']}`))
