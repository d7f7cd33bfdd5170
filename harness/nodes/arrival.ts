import type { Capture } from '../capture/capture.ts'
import type { PingSeen } from '../look/evidence.ts'

/**
 * Every ping that was answered has been heard to its last reply on the way it must have taken: on the node it
 * started from, on the node it was answered on where that is one of ours, and wherever else it was heard at all.
 */
export function hasArrived(pings: PingSeen[], captures: Capture[]): boolean {
  const source = (token: string) =>
    captures
      .flatMap(({ heard }) => heard.packets)
      .find(packet => packet.token === token && packet.icmp === 'echo-request')?.source
  const isComplete = ({ from, to, token, received }: PingSeen): boolean => {
    const own = source(token)
    // Who pings us back, under the address we ping, tells where our ping was answered.
    const answeredOn = pings.find(other => other.to === own && source(other.token) === to)?.from.node
    return captures
      .map(({ node, heard }) => ({
        isOnTheWay: node === from.node || node === answeredOn,
        count: heard.countOf(token),
      }))
      .filter(({ isOnTheWay, count }) => isOnTheWay || count > 0)
      .every(({ count }) => count >= 2 * received)
  }
  return pings.filter(ping => ping.received > 0).every(isComplete)
}

/**
 * Half of what crosses a link, questions or answers, comes in by it. Of a ping that nobody answers that may be all or nothing, and
 * it was waited for until long after its packets.
 */
export const isInwardComplete = (
  pings: PingSeen[],
  { capture, inward }: { capture: Capture; inward?: Capture },
) =>
  !inward?.isOpen ||
  pings.every(
    ({ token, received }) =>
      received === 0 || 2 * inward.heard.countOf(token) >= capture.heard.countOf(token),
  )
