import type { Explain } from '../../harness/explain/load-explain.ts'
import { inOwnNames } from '../../harness/look/own-names.ts'
import { journeyFor } from '../route/ends.ts'
import { followPath } from './follow.ts'

/** `explain FROM TO`: what the names mean, and then what becomes of the packet. */
const explain: Explain = async (lab, asked, signal) => {
  const journey = await journeyFor(lab, asked)
  return inOwnNames(lab, 'hops' in journey ? journey : await followPath(lab, journey, signal))
}

export default explain
