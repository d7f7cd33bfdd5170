import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { courseFolder } from '../core/checkout.ts'
import type { Lesson } from './lesson.ts'

/**
 * The course's helper functions and the lesson's own behind them, as shell text; empty where a lesson has none of its own.
 * On the nodes it is /opt/ovn-lab/DAY/helper.sh.
 */
export async function helperOf({ folder }: Pick<Lesson, 'folder'>): Promise<string> {
  const own = await readFile(join(folder, 'helper.sh'), 'utf8').catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOENT') return undefined
    throw problem
  })
  if (own === undefined) return ''
  const shared = (await readdir(courseFolder)).filter(name => name.endsWith('.sh')).sort()
  const texts = await Promise.all(shared.map(name => readFile(join(courseFolder, name), 'utf8')))
  return [...texts, own].join('\n')
}
