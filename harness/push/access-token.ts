import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { shown } from './address.ts'
import { type Answer, ask, jsonOf, type Net, PlatformDown } from './http.ts'
import type { PushConfig } from './push-config.ts'
import type { SigningKey } from './signing-key.ts'

const ASSERTION_SECONDS = 60
/** Where a platform does not say: RFC 6749 §5.1 leaves it open. */
const TOKEN_SECONDS = 300
/** A token that ends on the way is of no use. */
const MARGIN_MS = 30_000

/** A request of ours with a token that the platform accepts. */
export type Authorized = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
  tries?: number,
) => Promise<Answer>

interface Token {
  value: string
  endsAt: number
}

/**
 * What sends requests with an access token for these scopes. A token is fetched by a client-credentials grant with a
 * signed assertion (RFC 7523 §2.2; IMS Security Framework 1.0 §4.1), kept until it ends, and renewed once where the
 * platform says 401. It throws BadCall where the platform gives none.
 */
export function authorized(
  config: PushConfig,
  { key, publicJwk }: SigningKey,
  scopes: string[],
  net: Net,
): Authorized {
  let token: Token | undefined

  const request = async (): Promise<RequestInit> => {
    const nowSeconds = Math.floor(net.now() / 1000)
    const { deploymentId } = config
    const claim = { 'https://purl.imsglobal.org/spec/lti/claim/deployment_id': deploymentId }
    const assertion = await new SignJWT(deploymentId === undefined ? {} : claim)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: publicJwk.kid })
      .setIssuer(config.clientId)
      .setSubject(config.clientId)
      .setAudience(config.audience)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + ASSERTION_SECONDS)
      // A platform accepts each assertion once, a second try needs its own.
      .setJti(randomUUID())
      .sign(key)
    return {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        scope: scopes.join(' '),
      }).toString(),
    }
  }

  const current = async (): Promise<string> => {
    if (token && net.now() < token.endsAt) return token.value
    const asked = net.now()
    token = tokenIn(await ask(net, config.tokenUrl, request), asked, config, scopes)
    return token.value
  }

  return async (url, init, tries) => {
    const send = () =>
      ask(
        net,
        url,
        async () => ({ ...init, headers: { ...init.headers, authorization: `Bearer ${await current()}` } }),
        tries,
      )
    const first = await send()
    if (first.status !== 401) return first
    token = undefined
    const second = await send().catch(error => {
      if (!(error instanceof PlatformDown)) throw error
      throw new PlatformDown(error.sentence, error.mayHaveArrived || first.mayHaveArrived)
    })
    if (second.status === 401)
      throw new BadCall(
        text(
          `${shown(url)} refuses a token that the platform has just issued (401).`,
          `${shown(url)} 拒絕平台剛發出的存取權杖（401）。`,
        ),
      )
    return { ...second, mayHaveArrived: first.mayHaveArrived || second.mayHaveArrived }
  }
}

function tokenIn(answer: Answer, asked: number, config: PushConfig, scopes: string[]): Token {
  const said = (jsonOf(answer) ?? {}) as Record<string, unknown>
  if (answer.status !== 200) {
    const why = [said.error, said.error_description]
      .filter(word => typeof word === 'string')
      .map(word => cleanLine(word, { limit: 200 }))
    const reason = [answer.status, ...why].join(', ')
    throw new BadCall(
      text(
        `The platform issues no token (${reason}). Does it know client ${config.clientId} and its public key, which \`grade push --jwk\` prints?`,
        `平台不發存取權杖（${reason}）。它是否認得用戶端 ${config.clientId}，以及 \`grade push --jwk\` 印出的公開金鑰？`,
      ),
    )
  }
  const { access_token: value, token_type: type, expires_in: seconds, scope } = said
  // What is no visible ASCII cannot stand in a header.
  if (
    typeof value !== 'string' ||
    !/^[\x21-\x7e]{1,16384}$/.test(value) ||
    String(type).toLowerCase() !== 'bearer'
  )
    throw new BadCall(
      text(
        `${shown(config.tokenUrl)} answers with something that is not a bearer token.`,
        `${shown(config.tokenUrl)} 回應的不是 bearer 存取權杖。`,
      ),
    )
  const missing = typeof scope === 'string' ? scopes.filter(wanted => !scope.split(' ').includes(wanted)) : []
  if (missing.length > 0)
    throw new BadCall(
      text(
        `The platform does not grant ${missing.join(', ')} to this tool: allow it there.`,
        `平台沒有把 ${missing.join('、')} 授權給這個工具：請在平台上允許。`,
      ),
    )
  const lifeMs = (typeof seconds === 'number' && seconds > 0 ? seconds : TOKEN_SECONDS) * 1000
  return { value, endsAt: asked + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) }
}
