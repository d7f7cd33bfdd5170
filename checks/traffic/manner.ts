import type { PingFrom, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { largestBytes, roomTo } from '../path/largest.ts'

/**
 * How an address is asked: by echoes of the usual size, by echoes of so many bytes in one piece, by the largest that the link
 * of who asks has room for, or by TCP on a port.
 */
export type Manner = Pick<PingSeen, 'bytes' | 'tcpPort' | 'isLargest'>

/** A ping, its size told where it is to be the largest; undefined where the usual one is the largest already. */
export async function inBytes<P extends Pick<PingSeen, 'from' | 'to' | 'isLargest'>>(
  lab: Lab,
  endpoints: Endpoint[],
  ping: P,
): Promise<P | undefined> {
  if (!ping.isLargest) return ping
  const endpoint = endpoints.find(({ node, netns }) => node === ping.from.node && netns === ping.from.netns)
  const link = endpoint && (await linkOf(lab, endpoint))
  const bytes = endpoint && largestBytes(await roomTo(lab, endpoint, link, ping.to), ping.to)
  return bytes === undefined ? undefined : { ...ping, bytes }
}

/** The tokens of every ping from one of the endpoints to the other, in whatever manner. */
export const tokensBetween = ({ pings }: Traffic, ends: Endpoint[]): string[] =>
  pings
    .filter(({ from, to }) =>
      ends.some(
        ({ node, netns, address }) =>
          from.node === node &&
          from.netns === netns &&
          ends.some(end => end.address === to && to !== address),
      ),
    )
    .map(({ token }) => token)

/** The ping from an endpoint to an address in an experiment's outcome; undefined where it had none in that manner. */
export const pingIfMade = (
  { pings }: Traffic,
  from: PingFrom,
  to: string,
  { bytes, tcpPort, isLargest }: Manner,
): PingSeen | undefined =>
  pings.find(
    ping =>
      ping.from.node === from.node &&
      ping.from.netns === from.netns &&
      ping.to === to &&
      ping.variants === undefined &&
      ping.isLargest === isLargest &&
      (isLargest || ping.bytes === bytes) &&
      ping.tcpPort === tcpPort,
  )
