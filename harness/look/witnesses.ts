import { type Text, text } from '../say/text.ts'
import type { CaptureSeen, Traffic } from './evidence.ts'
import type { Recording } from './recording.ts'

const WORDS = {
  database: text('the databases', '資料庫'),
  kernel: text('the kernels of the nodes', '節點的核心'),
  flows: text('flows of Open vSwitch', 'Open vSwitch 的 flow'),
  captures: text('captures on the nodes', '節點上的封包擷取'),
  wires: text('the other ends of eth1 and eth2', 'eth1 和 eth2 的另一端'),
}

/** What stood behind the verdicts of a check: what answered, and captures that could hear. */
export function witnessesIn({ answers }: Pick<Recording, 'answers'>): Text[] {
  const seen = answers.flatMap(answer => ('blind' in answer ? [] : [answer]))
  const looks = new Set<string>(seen.map(({ request }) => request.look))
  const captures = seen
    .filter(({ request }) => request.look === 'traffic')
    .flatMap(({ evidence }) => (evidence as Traffic).captures)
    .filter(couldHear)
  return [
    ...(looks.has('database') ? [WORDS.database] : []),
    ...(looks.has('kernel') ? [WORDS.kernel] : []),
    ...(looks.has('flows') || looks.has('traces') ? [WORDS.flows] : []),
    ...(captures.some(({ wireOf }) => !wireOf) ? [WORDS.captures] : []),
    ...(captures.some(({ wireOf, ...one }) => wireOf && 'heard' in one && one.heardMarker)
      ? [WORDS.wires]
      : []),
  ]
}

const couldHear = (seen: CaptureSeen): boolean =>
  'heard' in seen && seen.heardMarker !== false && seen.droppedByKernel === 0
