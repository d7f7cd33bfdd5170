import { joined, type Text, text } from '../core/text.ts'
import type { CaptureSeen, Traffic } from './evidence.ts'
import type { Recording } from './recording.ts'

const WORDS = {
  database: text('the databases', '資料庫'),
  kernel: text('the kernels of the nodes', '節點的核心'),
  flows: text('flows of Open vSwitch', 'Open vSwitch 的 flow'),
  captures: text('captures on the nodes', '節點上的封包擷取'),
}

/** What stood behind the verdicts of a check: what answered, captures that could hear, and wires that could not be heard. */
export function witnessesIn({ answers }: Pick<Recording, 'answers'>): Text[] {
  const seen = answers.flatMap(answer => ('blind' in answer ? [] : [answer]))
  const looks = new Set<string>(seen.map(({ request }) => request.look))
  const asked = seen
    .filter(({ request }) => request.look === 'traffic')
    .flatMap(({ evidence }) => (evidence as Traffic).captures)
  const captures = asked.filter(couldHear)
  const onWires = captures.filter(({ wireOf, ...one }) => wireOf && 'heard' in one && one.heardMarker)
  const isUnheard = onWires.length === 0 && asked.some(({ wireOf }) => wireOf)
  return [
    ...(looks.has('database') ? [WORDS.database] : []),
    ...(looks.has('kernel') ? [WORDS.kernel] : []),
    ...(looks.has('flows') || looks.has('traces') ? [WORDS.flows] : []),
    ...(captures.some(({ wireOf }) => !wireOf) ? [WORDS.captures] : []),
    ...(onWires.length > 0 ? [wiresOf(onWires)] : []),
    ...(isUnheard ? [notOnWiresOf(asked)] : []),
  ]
}

const wiresOf = (heard: CaptureSeen[]): Text => {
  const links = linksOf(heard)
  return text(`the other ends of ${links.en}`, `${links['zh-TW']} 的另一端`)
}

const notOnWiresOf = (asked: CaptureSeen[]): Text => {
  const links = linksOf(asked)
  return text(
    `not at the other ends of ${links.en}: captures there need tcpdump and ping on this computer`,
    `沒有看 ${links['zh-TW']} 的另一端：在那裡擷取封包，需要這台電腦上的 tcpdump 和 ping`,
  )
}

/** Of the nodes, on the other ends of which something was to be heard. */
const linksOf = (captures: CaptureSeen[]): Text =>
  joined([...new Set(captures.flatMap(({ wireOf }) => wireOf?.link ?? []))].sort(), text(' and ', ' 和 '))

const couldHear = (seen: CaptureSeen): boolean =>
  'heard' in seen && seen.heardMarker !== false && seen.droppedByKernel === 0
