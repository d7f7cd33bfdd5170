import { Capture, type Place } from '../capture/capture.ts'
import { isOfProbe, type KeptFrames } from '../capture/kept-frames.ts'
import type { PcapRecord } from '../capture/pcap.ts'
import { Signal } from '../capture/signal.ts'
import { tokensApart } from '../capture/tcp-mark.ts'
import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { step } from '../core/steps.ts'
import type { Places } from '../inventory/inventory.ts'
import type {
  CaptureSeen,
  CarriedOtherwise,
  HeardArp,
  HeardPacket,
  ListenAt,
  Marker,
  PingFrom,
  PingSeen,
  Traffic,
  TrafficRequest,
} from '../look/evidence.ts'
import { blindFrom } from '../look/recording.ts'
import { unlessBlind } from '../look/unless-blind.ts'
import { hasArrived, isInwardComplete } from './arrival.ts'
import { dumpDatapaths, watchCarried } from './datapath-flows.ts'
import { isIgnored } from './ignored.ts'
import { asLate, isShort } from './late.ts'
import { Markers } from './markers.ts'
import { countSent, sentMeanwhile } from './own-answers.ts'
import type { Pace, PingPlan } from './ping.ts'
import type { MachineOf } from './ping-rounds.ts'
import { ATTEMPTS, pingInTurns, silenceMs } from './ping-turns.ts'
import { variedBeside } from './variants.ts'

/** How long a capture may take until it listens. */
const LISTEN_MS = 5_000
/** How long a marker may be on its way into a capture before that capture counts as deaf. */
const MARKER_MS = 2_000
/** How long a reply that ping has seen may be on its way out of tcpdump. */
const ARRIVAL_MS = 700
/** How long one may be on its way into a capture of the lab's own wires, which no claim needs. */
const WIRE_MARKER_MS = 1_000
/** `inward`: hears only what comes in to the node by the same link; without it nobody knows what did. */
type Listener = { at: ListenAt } & ({ capture: Capture; inward?: Capture } | { deaf: CannotLook })

/**
 * One experiment: captures are opened and listen, then the pings, then the markers, then the end.
 * A capture that cannot listen is told as blind and the rest goes on. Rejects with CannotLook when pings cannot
 * be made; captures are stopped in any case. `places`: where a node keeps its tools. `onOpen` is told each capture, for
 * whoever must end them early. `kept` gets what they hear. `pace`: how long the first look at pings takes.
 */
export async function makeTraffic(
  request: TrafficRequest,
  machineOf: MachineOf,
  places: Readonly<Record<string, Places>> = {},
  onOpen: (capture: Capture) => void = () => {},
  kept?: KeptFrames,
  pace: Pace = {},
): Promise<Traffic> {
  const experiment = kept?.begin()
  const token = tokensApart()
  const plans = [...request.pings, ...variedBeside(request.pings)]
  const attempts = Array.from({ length: ATTEMPTS }, () => plans.map(plan => withToken(plan, token())))
  const pings = attempts.flat()
  const markers = new Markers(request, token)
  const tokens = new Set([...pings, ...markers.plans].map(plan => plan.token))
  const tcpPorts = new Map(pings.flatMap(({ token, tcpPort }) => (tcpPort ? [[token, tcpPort]] : [])))
  const signal = new Signal()
  const extraMs = silenceMs(attempts, request.apartMs)
  const nodesHeard = [...new Set(request.listen.filter(({ wireOf }) => !wireOf).map(({ node }) => node))]
  const dumpOf = (node: string) =>
    unlessBlind(machineOf(node).then(machine => dumpDatapaths(machine, places[node]?.tools)))
  const askers = askersOf(plans)
  const [listeners, carrying, sentBefore] = await Promise.all([
    step('captures begin', () =>
      Promise.all(
        request.listen.map(at => {
          const keep = experiment && {
            keep: (record: PcapRecord) => isOfProbe(record, tokens) && experiment.take(at, record),
          }
          return listenAt(at, { ...at, tokens, tcpPorts, signal, extraMs, ...keep }, machineOf, onOpen)
        }),
      ),
    ),
    step('datapath flows', () => Promise.all(nodesHeard.map(node => watchCarried(() => dumpOf(node))))),
    countSent(askers, machineOf),
  ])
  const nodes = [...request.listen, ...[...pings, ...markers.plans].map(({ from }) => from)].map(
    ({ node }) => node,
  )
  // Who does not answer is told by what is asked of it.
  const asked = await Promise.allSettled([...new Set(nodes)].map(machineOf))
  const machines = asked.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  const open = listeners.flatMap(listener => ('capture' in listener ? [listener] : []))
  const captures = open.map(({ capture }) => capture)
  const inwards = open.flatMap(({ inward }) => inward ?? [])
  const unmarked = open.filter(({ at }) => markers.of(at).length === 0).map(({ capture }) => capture)
  const hasHeardMarkers = (isMeant: (at: ListenAt) => boolean) => () =>
    open.every(({ at, capture }) => !isMeant(at) || !capture.isOpen || markers.areHeard(at, capture))
  const isSent = ({ link, from, token: sent }: Marker & { token: string }) => {
    const own = open.filter(({ at }) => !at.wireOf && !at.netns && at.node === from.node && at.link === link)
    return own.length === 0 ? undefined : own.some(({ capture }) => capture.heard.countOf(sent) > 0)
  }
  try {
    const isLate = (ping: PingSeen) => isShort(ping, captures)
    const made = await step('pings', () =>
      pingInTurns(attempts, machineOf, request.apartMs, pace, isLate, (ping, all) =>
        isIgnored(ping, all, open),
      ),
    )
    await step('markers', () =>
      Promise.all([
        signal.until(
          () => hasArrived(made, unmarked) && open.every(listener => isInwardComplete(made, listener)),
          patient(ARRIVAL_MS, ...machines),
        ),
        // Sent after the pings: a capture that hears a marker would have heard everything before it.
        markers.send(machineOf, isSent),
        signal.until(
          hasHeardMarkers(at => !at.wireOf),
          patient(MARKER_MS, ...machines),
        ),
        signal.until(
          hasHeardMarkers(at => at.wireOf !== undefined),
          patient(WIRE_MARKER_MS, ...machines),
        ),
      ]),
    )
    const [told, carried, sentAfter] = await step('captures end', () =>
      Promise.all([
        Promise.all(listeners.map(listener => tell(listener, made, markers))),
        Promise.all(carrying.map(one => one.end())),
        countSent(askers, machineOf),
      ]),
    )
    return {
      pings: made.map(ping => asLate(ping, captures)),
      captures: told,
      carried: byNode(
        nodesHeard,
        carried.map(one => one?.flows),
      ),
      lookups: byNode(
        nodesHeard,
        carried.map(one => one?.lookups),
      ),
      ...(carried.some(one => one?.joinsNoPieces) && {
        joinsNoPieces: nodesHeard.filter((_, at) => carried[at]?.joinsNoPieces),
      }),
      ownAnswers: sentMeanwhile(askers, sentBefore, sentAfter),
    }
  } catch (thrown) {
    await Promise.all([...captures, ...inwards].map(capture => capture.stop().catch(() => undefined)))
    await Promise.all(carrying.map(one => one.end()))
    throw thrown
  }
}

/** The namespaces that ping, and are pinged in turn. */
const askersOf = (plans: Pick<PingPlan, 'from'>[]): PingFrom[] => [
  ...new Map(
    plans.flatMap(({ from }) => (from.netns === undefined ? [] : [[JSON.stringify(from), from] as const])),
  ).values(),
]

const withToken = (
  { from, to, tcpPort, bytes, isLargest, variants }: Omit<PingPlan, 'token'>,
  token: string,
): PingPlan => ({
  from,
  to,
  ...(tcpPort !== undefined && { tcpPort }),
  ...(bytes !== undefined && { bytes }),
  ...(isLargest && { isLargest }),
  ...(variants && { variants }),
  token,
})

const byNode = <T>(nodes: string[], told: (T | undefined)[]): Record<string, T> =>
  Object.fromEntries(nodes.flatMap((node, at) => (told[at] === undefined ? [] : [[node, told[at]]])))

async function listenAt(
  at: ListenAt,
  place: Place,
  machineOf: MachineOf,
  onOpen: (capture: Capture) => void,
): Promise<Listener> {
  try {
    const machine = await machineOf(at.node)
    const opened = async (where: Place, more: Partial<Place> = {}) => {
      const capture = await Capture.open(machine, { ...where, ...more }, LISTEN_MS)
      onOpen(capture)
      return capture
    }
    // What comes in to a node goes out at the other end of its wire.
    const { keep: _, ...unkept } = place
    const inwardly =
      at.everything && !at.tellsInward ? undefined : opened(unkept, { only: at.wireOf ? 'out' : 'in' })
    const [heard, inwardHeard] = await Promise.allSettled([opened(place), inwardly])
    const inward = inwardHeard.status === 'fulfilled' ? inwardHeard.value : undefined
    if (heard.status === 'fulfilled') return { at, capture: heard.value, ...(inward && { inward }) }
    await inward?.stop().catch(() => undefined)
    throw heard.reason
  } catch (thrown) {
    if (thrown instanceof CannotLook) return { at, deaf: thrown }
    throw thrown
  }
}

async function tell(listener: Listener, pings: PingSeen[], markers: Markers): Promise<CaptureSeen> {
  const { everything, tellsInward, isBridge, ...at } = listener.at
  if ('deaf' in listener) return { ...at, blind: blindFrom(listener.deaf) }
  const { capture, inward } = listener
  try {
    const [taken, inwardTaken] = await Promise.all([capture.stop(), inward?.stop().catch(() => undefined)])
    const came = inwardTaken?.droppedByKernel === 0 ? inward?.heard : undefined
    const isOurs = ({ token }: { token: string }) => pings.some(ping => ping.token === token)
    const { packets, arps, otherwise } = capture.heard
    const withIncoming = <Heard extends HeardPacket | HeardArp | CarriedOtherwise>(packet: Heard): Heard => ({
      ...packet,
      ...(came && { incoming: came.countAlike(packet) }),
    })
    return {
      ...at,
      ...(markers.of(at).length > 0 && { heardMarker: markers.areHeard(at, capture) }),
      ...taken,
      heard: packets.filter(isOurs).map(withIncoming),
      arps: arps.map(withIncoming),
      otherwise: otherwise.filter(isOurs).map(withIncoming),
    }
  } catch (thrown) {
    if (thrown instanceof CannotLook) return { ...at, blind: blindFrom(thrown) }
    throw thrown
  }
}
