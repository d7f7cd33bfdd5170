import type { Tables } from '../core/rows.ts'
import type { Evidence, KernelFacts, Looker, Request } from '../look/evidence.ts'
import { lookingBy } from '../look/looking-by.ts'
import type { Asked } from './touch.ts'

/** What one claim asked for, by its request. */
export type AskedFor = Map<string, Asked>

/** A looker that notes what is asked of the one it is given, and which tables of a database, or parts of a kernel's facts, are read. */
export function tracking(looker: Looker, asked: AskedFor): Looker {
  return lookingBy(looker, async <R extends Request>(request: R): Promise<Evidence<R>> => {
    const key = JSON.stringify(request)
    // Noted before it is looked at: a change meanwhile counts.
    if (request.look !== 'database' && request.look !== 'kernel') {
      asked.set(key, { request })
      return looker.look(request)
    }
    const known = asked.get(key)
    const tables = new Set(known?.tables)
    asked.set(key, { request })
    const evidence = await looker.look(request)
    asked.set(key, { request, tables })
    return noting(evidence as Tables | KernelFacts, tables) as Evidence<R>
  })
}

/** The same; which properties are read is noted. Who lists them has read them all. */
function noting<Read extends Tables | KernelFacts>(evidence: Read, read: Set<string>): Read {
  return new Proxy(evidence, {
    get: (target, property) => {
      if (typeof property === 'string' && (property in target || MAY_BE_ABSENT.has(property)))
        read.add(property)
      return Reflect.get(target, property)
    },
    ownKeys: target => {
      for (const property of [...Object.keys(target), ...MAY_BE_ABSENT]) read.add(property)
      return Reflect.ownKeys(target)
    },
  })
}

/** What counts as read also where there is none. */
const MAY_BE_ABSENT = new Set<string>(['datapath'] satisfies (keyof KernelFacts)[])
