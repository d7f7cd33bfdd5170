import type { Trail } from '../core/hop.ts'
import { fromChecks } from '../look/from-checks.ts'
import type { Lab } from '../look/lab.ts'

/** What was asked for, as it was typed: names, each with `@NODE` or without; the second may be an address. */
export interface Asked {
  from: string
  to: string
  tcpPort?: number
}

/** Follows a packet. Rejects with BadCall where a name is no end, CannotLook where nobody could look. */
export type Explain = (lab: Lab, asked: Asked, signal: AbortSignal) => Promise<Trail>

/** The one in checks/path. */
export const loadExplain = (): Promise<Explain> => fromChecks('path/explain')
