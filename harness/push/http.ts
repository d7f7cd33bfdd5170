import { setTimeout as sleep } from 'node:timers/promises'
import { deadlineOf } from '../core/deadline.ts'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { shown } from './address.ts'

/** A page of line items is a few KB; nobody's answer needs more. */
const ANSWER_MAX_BYTES = 1 << 20
const ANSWER_MS = 30_000
const TRIES = 4
/** First wait without Retry-After; doubles. */
const WAIT_MS = 1_000
/** A platform that wants us to wait longer is told of, not waited for. */
const WAIT_MAX_MS = 120_000

/** What a push uses of the world. */
export interface Net {
  fetch: typeof fetch
  /** Unix time in milliseconds. */
  now(): number
  wait(ms: number): Promise<unknown>
  signal: AbortSignal
}

/** The world as it is, but for what is given. */
export const netOf = (given: Partial<Net> = {}): Net => {
  const signal = given.signal ?? new AbortController().signal
  return {
    fetch: given.fetch ?? globalThis.fetch,
    now: given.now ?? Date.now,
    wait: given.wait ?? (ms => sleep(ms, undefined, { signal })),
    signal,
  }
}

/** What a platform answered. */
export interface Answer {
  status: number
  headers: Headers
  body: string
  /** An earlier try ended without a clear answer: it may have been carried out. */
  mayHaveArrived: boolean
}

/** What is known before anything is sent: that nobody is there. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']

/** The platform gave no answer that means anything, however often it was asked. */
export class PlatformDown extends BadCall {
  override name = 'PlatformDown'
  /** False: no try was carried out; each was refused with 429, or got to nobody. */
  readonly mayHaveArrived: boolean

  constructor(sentence: Text, mayHaveArrived: boolean) {
    super(sentence)
    this.mayHaveArrived = mayHaveArrived
  }
}

/**
 * Sends a request, made anew for each try: after 429, 5xx, or no answer it is repeated up to three times, as late as
 * Retry-After says. Redirects are not followed: a token would go where nobody said. Throws PlatformDown after the last
 * try, BadCall for a redirect or an answer above 1 MiB.
 */
export async function ask(
  net: Net,
  url: string,
  make: () => Promise<RequestInit>,
  tries = TRIES,
): Promise<Answer> {
  let mayHaveArrived = false
  let problem = ''
  for (let at = 1; at <= tries; at++) {
    const answer = await once(net, url, await madeBy(make, mayHaveArrived))
    if (typeof answer !== 'string' && answer.status !== 429 && answer.status < 500)
      return { ...answer, mayHaveArrived }
    // 429 is the one refusal that is certain: nothing was done.
    if (typeof answer === 'string' ? !NEVER_SENT.includes(answer) : answer.status !== 429)
      mayHaveArrived = true
    problem = typeof answer === 'string' ? answer : String(answer.status)
    const asked = typeof answer === 'string' ? undefined : retryAfterMs(answer.headers, net.now())
    const waitMs = asked ?? WAIT_MS * 2 ** (at - 1)
    if (waitMs > WAIT_MAX_MS) break
    if (at < tries) await net.wait(waitMs)
  }
  throw new PlatformDown(
    text(
      `${shown(url)} does not answer as it should (${problem}).`,
      `${shown(url)} 沒有正常回應（${problem}）。`,
    ),
    mayHaveArrived,
  )
}

/** The request; where another one has to come first and was not answered, what is known of the tries before is known still. */
async function madeBy(make: () => Promise<RequestInit>, mayHaveArrived: boolean): Promise<RequestInit> {
  try {
    return await make()
  } catch (error) {
    throw error instanceof PlatformDown ? new PlatformDown(error.sentence, mayHaveArrived) : error
  }
}

/** One try; a word for what went wrong where there was no answer. */
async function once(
  net: Net,
  url: string,
  init: RequestInit,
): Promise<Omit<Answer, 'mayHaveArrived'> | string> {
  using deadline = deadlineOf(net.signal, ANSWER_MS)
  try {
    const answer = await net.fetch(url, { ...init, redirect: 'manual', signal: deadline.signal })
    if (answer.status >= 300 && answer.status < 400)
      throw new BadCall(
        text(
          `${shown(url)} sends requests on to another address (${answer.status}): give the address it is really at.`,
          `${shown(url)} 把請求轉到別的網址（${answer.status}）：請改用真正的網址。`,
        ),
      )
    return { status: answer.status, headers: answer.headers, body: await bodyOf(answer, url) }
  } catch (error) {
    net.signal.throwIfAborted()
    if (error instanceof BadCall) throw error
    if (deadline.signal.aborted) return 'timeout'
    const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
    return code ?? message
  }
}

async function bodyOf(answer: Response, url: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the stream, and with it the rest.
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength
    if (bytes > ANSWER_MAX_BYTES)
      throw new BadCall(
        text(
          `${shown(url)} answers with more than ${ANSWER_MAX_BYTES} bytes.`,
          `${shown(url)} 的回應超過 ${ANSWER_MAX_BYTES} 位元組。`,
        ),
      )
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Seconds or a date (RFC 9110 §10.2.3), as milliseconds from now. */
function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** The body as JSON; undefined where it is none. */
export function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
