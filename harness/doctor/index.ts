import { thisComputer } from './computer.ts'
import { gatherFacts } from './gather.ts'
import { type Diagnosis, diagnose } from './judge.ts'
import { canRun } from './way.ts'

export type { Diagnosis } from './judge.ts'
export { diagnosisLines, problemLines } from './tell.ts'
export { canRun, type Way } from './way.ts'

/** What the computer this runs on can run. Changes nothing. */
export const diagnoseHere = async (): Promise<Diagnosis> => diagnose(await gatherFacts(thisComputer()))

/** Whether any lab can run. */
export const anyCanRun = ({ ways }: Diagnosis): boolean => ways.some(canRun)
