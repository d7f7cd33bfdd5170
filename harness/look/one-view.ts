import type { Evidence, Looker, Request } from './evidence.ts'
import { lookingBy } from './looking-by.ts'

/**
 * A looker that looks at each thing once, for one attempt of one proof: asked again it gives the same evidence,
 * also when the lab has changed meanwhile. A proof that reads the captures of one experiment and the pings of the
 * next would see neither.
 */
export function oneView(looker: Looker): Looker {
  const seen = new Map<string, Promise<unknown>>()
  return lookingBy(looker, <R extends Request>(request: R): Promise<Evidence<R>> => {
    const key = JSON.stringify(request)
    const known = seen.get(key) ?? looker.look(request)
    seen.set(key, known)
    return known as Promise<Evidence<R>>
  })
}
