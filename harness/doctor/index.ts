import { canRun } from './candidate.ts'
import { thisComputer } from './computer.ts'
import { gatherFacts } from './gather.ts'
import { type Diagnosis, diagnose } from './judge.ts'

export { type Candidate, canRun } from './candidate.ts'
export type { Diagnosis } from './judge.ts'
export { diagnosisLines, problemLines } from './tell.ts'

/** What the computer this runs on can run. Changes nothing. */
export const diagnoseHere = async (): Promise<Diagnosis> => diagnose(await gatherFacts(thisComputer()))

/** Whether any lab can run. */
export const anyCanRun = ({ candidates }: Diagnosis): boolean => candidates.some(canRun)
