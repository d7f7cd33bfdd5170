import { randomBytes } from 'node:crypto'
import { dhcpIn, discoverFrame } from '../capture/dhcp.ts'
import type { DhcpQuestion, DhcpSeen } from '../look/dhcp.ts'
import { bytesPattern, linkAnswerFrom, linkQuestionScript } from './link-question.ts'

/** What is asked of a node, and how its answer is read. */
export interface DhcpProbe {
  script: string
  read: (printed: string) => DhcpSeen
}

/** A second server answers about as soon as the first. */
const LINGER_SECONDS = 0.2

/** A DISCOVER of a link. `waitSeconds`: for an answer, before it is sent again. */
export function dhcpProbe({ netns, index, mac }: DhcpQuestion, waitSeconds: number): DhcpProbe {
  const xid = randomBytes(4)
  const told = bytesPattern(xid)
  return {
    script: linkQuestionScript({
      netns,
      index,
      frame: discoverFrame(mac, xid),
      told,
      // The operation of a reply stands four bytes before it (RFC 2131, section 2).
      answer: `\\x02...${told}`,
      waitSeconds,
      lingerSeconds: LINGER_SECONDS,
    }),
    read: printed => dhcpSeenFrom(printed, mac, xid),
  }
}

/** Reads what the program prints; throws SyntaxError when it is not whole. */
export function dhcpSeenFrom(printed: string, mac: string, xid: Buffer): DhcpSeen {
  const { heard, ...rest } = linkAnswerFrom(printed)
  return {
    ...rest,
    heard: heard.flatMap(({ frame, ...where }) => {
      const message = dhcpIn(frame, mac, xid)
      return message ? [{ ...where, ...message }] : []
    }),
  }
}
