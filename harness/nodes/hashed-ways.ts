import type { TracePacket, TraceSeen, TraceStep } from '../look/evidence.ts'

/**
 * A group whose bucket hangs on a hash that the datapath computes ends a trace: what follows is on the packet's next pass,
 * which ofproto/trace does not go on to (ovs-ofctl(8), selection_method=dp_hash).
 */
const endsAtHash = ({ datapathActions }: TraceSeen): boolean => /\bhash\(.*\),recirc\(/.test(datapathActions)

/** Open vSwitch looks at the lowest bits of the hash, four of them for a group of up to 16 buckets of one weight; 0 is no hash. */
const HASHES = Array.from({ length: 16 }, (_, at) => at + 1)

/**
 * Traces of packets; one that ends where the datapath would compute a hash is traced for each hash as well, and is then all
 * that may become of the packet: the flows of every way, and what is done at the end of each. The ways that put it out come first.
 */
export async function tracedEveryWay(
  packets: TracePacket[],
  trace: (packets: TracePacket[]) => Promise<TraceSeen[]>,
): Promise<TraceSeen[]> {
  const traced = await trace(packets)
  return Promise.all(
    traced.map(async (first, at) => {
      const { flow, ...packet } = packets[at]!
      if (!endsAtHash(first)) return first
      const ways = await trace(HASHES.map(hash => ({ ...packet, flow: `${flow},dp_hash=${hash}` })))
      return joined(ways) ?? first
    }),
  )
}

function joined(all: TraceSeen[]): TraceSeen | undefined {
  const followed = all.filter(way => way.datapathActions !== '' && !endsAtHash(way))
  const ways = [...new Map(followed.map(way => [way.datapathActions, way])).values()]
  const ordered = [...ways.filter(putsOut), ...ways.filter(way => !putsOut(way))]
  const [head, ...others] = ordered
  if (!head) return undefined
  const ends = ordered.map(({ datapathActions }) => datapathActions)
  return {
    steps: [...head.steps, ...others.flatMap(way => behind(head.steps, way.steps))],
    bridges: [...head.bridges, ...others.flatMap(way => behind(head.bridges, way.bridges))],
    datapathActions: (ends.some(end => end !== 'drop') ? ends.filter(end => end !== 'drop') : ends).join(','),
  }
}

/** Its last action is an output to a port of the datapath, or a tunnel's. */
const putsOut = ({ datapathActions }: TraceSeen): boolean => /(^|[,(])\d+\)*$/.test(datapathActions)

/** What a way has behind the part that it shares with another. */
function behind<T extends TraceStep | string>(one: T[], other: T[]): T[] {
  const keyOf = (step: T | undefined) =>
    typeof step === 'object' ? `${step.bridge} ${step.table} ${step.cookie} ${step.flow}` : step
  const parted = other.findIndex((step, at) => keyOf(step) !== keyOf(one[at]))
  return parted < 0 ? [] : other.slice(parted)
}
