import type { Text } from '../core/text.ts'
import { fromChecks } from '../look/from-checks.ts'
import type { Lab } from '../look/lab.ts'

/** Why the machines of a lab are not to be believed; empty where there is no reason. Asks for a look that only gradings take. */
export type Distrust = (lab: Lab) => Promise<Text[]>

/** The one in checks/trust. */
export const loadDistrust = (): Promise<Distrust> => fromChecks('trust/distrust')
