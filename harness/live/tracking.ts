import type { Tables } from '../core/rows.ts'
import type { Evidence, Looker, Request } from '../look/evidence.ts'
import { lookingBy } from '../look/looking-by.ts'
import type { Asked } from './touch.ts'

/** What one claim asked for, by its request. */
export type AskedFor = Map<string, Asked>

/** A looker that notes what is asked of the one it is given, and which tables of a database are read. */
export function tracking(looker: Looker, asked: AskedFor): Looker {
  return lookingBy(looker, async <R extends Request>(request: R): Promise<Evidence<R>> => {
    const key = JSON.stringify(request)
    // Noted before it is looked at: a change meanwhile counts.
    if (request.look !== 'database') {
      asked.set(key, { request })
      return looker.look(request)
    }
    const known = asked.get(key)
    const tables = new Set(known?.tables)
    asked.set(key, { request })
    const evidence = (await looker.look(request)) as Tables
    asked.set(key, { request, tables })
    return noting(evidence, tables) as Evidence<R>
  })
}

/** The same tables; which of them are read is noted. Who lists them has read them all. */
function noting(tables: Tables, read: Set<string>): Tables {
  return new Proxy(tables, {
    get: (target, table) => {
      if (typeof table === 'string' && table in target) read.add(table)
      return Reflect.get(target, table)
    },
    ownKeys: target => {
      for (const table of Object.keys(target)) read.add(table)
      return Reflect.ownKeys(target)
    },
  })
}
