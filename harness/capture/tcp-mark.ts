import { freshToken } from './token.ts'

/** How many ports belong to one token: more than connections are begun with it. */
const PORTS = 32
const FIRST = 20_480
const SLOTS = 700

/** A SYN carries no payload, so its source port stands for the token: the first of those that belong to it. */
export const firstPortOf = (token: string): number =>
  FIRST + (Number.parseInt(token.slice(0, 8), 16) % SLOTS) * PORTS

/** Whether a source port belongs to a token. */
export const isPortOf = (token: string, port: number): boolean =>
  port >= firstPortOf(token) && port < firstPortOf(token) + PORTS

/** Hands out fresh tokens, no two of which have a port in common: what they mark is heard by the same captures. */
export function tokensApart(): () => string {
  const taken = new Set<number>()
  return () => {
    let token = freshToken()
    while (taken.has(firstPortOf(token))) token = freshToken()
    taken.add(firstPortOf(token))
    return token
  }
}
