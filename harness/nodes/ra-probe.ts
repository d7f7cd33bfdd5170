import { randomBytes } from 'node:crypto'
import { inet6Text } from '../capture/inet6.ts'
import { answerTo, ROUTER_MESSAGE, routerMessageIn, solicitFrame } from '../capture/router-advertisement.ts'
import type { RaQuestion, RaSeen } from '../look/autoconf.ts'
import { linkAnswerFrom, linkQuestionScript } from './link-question.ts'

/** What is asked of a node, and how its answer is read. */
export interface RaProbe {
  script: string
  read: (printed: string) => RaSeen
}

/** A router waits for up to half a second before it answers (RFC 4861, MAX_RA_DELAY_TIME). */
const LINGER_SECONDS = 0.7

/** A Router Solicitation of a link. `waitSeconds`: for an answer, before it is sent again. */
export function raProbe({ netns, index, mac, from = nobodys() }: RaQuestion, waitSeconds: number): RaProbe {
  return {
    script: linkQuestionScript({
      netns,
      index,
      frame: solicitFrame(mac, from),
      told: ROUTER_MESSAGE,
      answer: answerTo(from),
      waitSeconds,
      lingerSeconds: LINGER_SECONDS,
    }),
    read: printed => raSeenFrom(printed, from),
  }
}

/** A link-local address that nobody has: eight random bytes. */
const nobodys = () => inet6Text(Buffer.concat([Buffer.from('fe80000000000000', 'hex'), randomBytes(8)]))

/** Reads what the program prints; throws SyntaxError when it is not whole. */
export function raSeenFrom(printed: string, from: string): RaSeen {
  const { heard, ...rest } = linkAnswerFrom(printed)
  return {
    from,
    ...rest,
    heard: heard.flatMap(({ frame, ...where }) => {
      const message = routerMessageIn(frame)
      return message ? [{ ...where, ...message }] : []
    }),
  }
}
