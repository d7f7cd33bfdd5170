import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Absolute paths of the YAML files in a folder, sorted; none where there is no such folder. */
export async function yamlFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => join(folder, name))
}
