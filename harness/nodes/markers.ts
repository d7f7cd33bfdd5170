import type { Capture } from '../capture/capture.ts'
import type { ListenAt, Marker, TrafficRequest } from '../look/evidence.ts'
import type { PingPlan } from './ping.ts'
import { broadcast, type MachineOf, pingAll } from './ping-rounds.ts'

/** ping ends with the first reply; until then it tries again. */
const MARKER_ECHOES = 1

type MarkerPlan = PingPlan & Marker

/**
 * The pings that show that captures hear. One that never left its sender (a route of type blackhole, say, or a filter of its own)
 * shows nothing: in its place each node that listens there sends a broadcast by the link itself, for which no route is needed.
 */
export class Markers {
  readonly #own: MarkerPlan[]
  /** By the token of each that is to be answered. */
  readonly #instead: Map<string, MarkerPlan[]>
  readonly #refused = new Set<string>()

  constructor({ markers, listen }: Pick<TrafficRequest, 'markers' | 'listen'>, token: () => string) {
    this.#own = markers.map(marker => ({ ...marker, token: token() }))
    const broadcasts = (link: string) =>
      [
        ...new Set(listen.filter(at => at.link === link && !at.wireOf && !at.netns).map(({ node }) => node)),
      ].map(
        (node): MarkerPlan => ({
          link,
          from: { node },
          to: '255.255.255.255',
          isBroadcast: true,
          token: token(),
        }),
      )
    this.#instead = new Map(
      this.#own
        .filter(marker => !isUnanswered(marker))
        .map(marker => [marker.token, broadcasts(marker.link)]),
    )
  }

  /** All that may be sent. */
  get plans(): MarkerPlan[] {
    return [...this.#own, ...[...this.#instead.values()].flat()]
  }

  /** The tokens of those that must be heard at a place. */
  of({ node, link, netns, wireOf }: Pick<ListenAt, 'node' | 'link' | 'netns' | 'wireOf'>): string[] {
    return this.#own
      .flatMap(marker => (this.#refused.has(marker.token) ? this.#instead.get(marker.token)! : [marker]))
      .filter(marker => marker.link === (wireOf ?? { link }).link && (wireOf || !marker.onWires))
      .filter(
        ({ isBroadcast, from }) =>
          !isBroadcast || ((wireOf ?? { node }).node === from.node && netns === from.netns),
      )
      .map(({ token }) => token)
  }

  areHeard(
    at: Pick<ListenAt, 'node' | 'link' | 'netns' | 'wireOf'>,
    { heard }: Pick<Capture, 'heard'>,
  ): boolean {
    return this.of(at).every(token => heard.countOf(token) > 0)
  }

  /**
   * `isSent`: whether one was heard where its sender listens to the link, undefined where it does not. Rejects with CannotLook
   * when pings cannot be made.
   */
  async send(
    machineOf: MachineOf,
    isSent: (marker: Marker & { token: string }) => boolean | undefined = () => undefined,
  ): Promise<void> {
    const toAll = Promise.all(this.#own.filter(isUnanswered).map(marker => broadcast(marker, machineOf)))
    const answered = this.#own.filter(marker => !isUnanswered(marker))
    const pings = await pingAll(answered, machineOf, { echoes: MARKER_ECHOES })
    for (const [at, { token, complaint, received }] of pings.entries()) {
      // ping does not tell that a filter let nothing out.
      if (complaint === undefined && (received > 0 || isSent(answered[at]!) !== false)) continue
      this.#refused.add(token)
      await Promise.all(this.#instead.get(token)!.map(marker => broadcast(marker, machineOf)))
    }
    await toAll
  }
}

const isUnanswered = ({ onWires, isBroadcast }: Marker): boolean => onWires === true || isBroadcast === true
