import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importJWK, type JWK, jwtVerify } from 'jose'

const SCOPES = 'https://purl.imsglobal.org/spec/lti-ags/scope/'
const PAGE = 2

export interface Item {
  id: string
  label: string
  resourceId?: string
  tag?: string
  scoreMaximum: number
}

export interface Score {
  userId: string
  timestamp: string
  scoreGiven?: number
  scoreMaximum?: number
  activityProgress: string
  gradingProgress: string
}

/** What the next request that starts with `on` meets instead of an answer; `carriedOut`: after it was done all the same. */
export interface Trouble {
  on: string
  status: number
  headers?: Record<string, string>
  body?: string
  carriedOut?: boolean
}

/** A course's system on the loopback that takes nothing which the specifications do not allow. */
export interface Platform {
  tokenUrl: string
  lineItems: string
  items: Item[]
  /** Each that was accepted, in order, by line item URL. */
  scores: (Score & { item: string })[]
  /** `METHOD /path status` of each request. */
  asked: string[]
  troubles: Trouble[]
  /** Tokens given so far are worth nothing any more. */
  forgetTokens(): void
  stop(): Promise<void>
}

export interface PlatformOptions {
  clientId: string
  /** The public key, by now. */
  jwk: () => JWK
  users: string[]
  audience?: string
  expiresIn?: number
  granted?: string[]
  filters?: boolean
}

/** Starts it. Like Moodle's its line item URLs have a query that must stay. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const tokens = new Map<string, string[]>()
  const jtis = new Set<string>()
  const server = createServer((request, response) => {
    handle(request, response).catch(error =>
      response.writeHead(400).end(JSON.stringify({ error: String(error) })),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const platform: Platform = {
    tokenUrl: `${origin}/token`,
    lineItems: `${origin}/course/7/lineitems?type_id=1`,
    items: [],
    scores: [],
    asked: [],
    troubles: [],
    forgetTokens: () => tokens.clear(),
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const what = `${request.method} ${request.url}`
    const say = (status: number, body = '', headers: Record<string, string> = {}) => {
      platform.asked.push(`${request.method} ${request.url!.split('?')[0]} ${status}`)
      response.writeHead(status, headers).end(body)
    }
    const at = platform.troubles.findIndex(({ on }) => what.startsWith(on))
    const [trouble] = at < 0 ? [] : platform.troubles.splice(at, 1)
    const answer =
      trouble && !trouble.carriedOut
        ? undefined
        : await answerTo(request, Buffer.concat(parts).toString()).catch(
            (why): Reply => ({ status: why.status ?? 400, body: { error: why.message } }),
          )
    if (trouble) return say(trouble.status, trouble.body, trouble.headers)
    say(answer!.status, JSON.stringify(answer!.body ?? ''), answer!.headers)
  }

  async function answerTo(request: IncomingMessage, body: string): Promise<Reply> {
    const url = new URL(request.url!, origin)
    if (url.pathname === '/token') return giveToken(request, new URLSearchParams(body))
    const held = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (!held) return { status: 401 }
    refuse(url.searchParams.get('type_id') !== '1', 404, 'no type_id')
    const needs = url.pathname.endsWith('/scores') ? 'score' : 'lineitem'
    refuse(!held.includes(SCOPES + needs), 403, 'insufficient_scope')
    if (url.pathname.endsWith('/scores')) return keepScore(request, url, JSON.parse(body))
    if (request.method === 'POST') return makeItem(request, JSON.parse(body))
    return listItems(request, url)
  }

  async function giveToken(request: IncomingMessage, form: URLSearchParams): Promise<Reply> {
    refuse(request.headers['content-type'] !== 'application/x-www-form-urlencoded', 400, 'invalid_request')
    refuse(form.get('grant_type') !== 'client_credentials', 400, 'unsupported_grant_type')
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    refuse(form.get('client_assertion_type') !== type, 400, 'invalid_request')
    const { payload, protectedHeader } = await jwtVerify(
      form.get('client_assertion')!,
      await importJWK(options.jwk(), 'RS256'),
      {
        algorithms: ['RS256'],
        issuer: options.clientId,
        subject: options.clientId,
        audience: options.audience ?? platform.tokenUrl,
        maxTokenAge: '5 min',
        requiredClaims: ['iat', 'exp', 'jti'],
      },
    ).catch(error => fail(401, `invalid_client: ${error.message}`))
    refuse(protectedHeader.kid !== options.jwk().kid, 401, 'invalid_client: kid')
    refuse(payload.exp! - payload.iat! > 3600, 401, 'invalid_client: it lives too long')
    refuse(jtis.has(payload.jti!), 401, 'invalid_client: replayed')
    jtis.add(payload.jti!)
    const asked = (form.get('scope') ?? '').split(' ')
    const granted = asked.filter(scope => options.granted?.includes(scope) ?? true)
    const token = randomUUID()
    tokens.set(token, granted)
    return {
      status: 200,
      body: {
        access_token: token,
        token_type: 'Bearer',
        expires_in: options.expiresIn ?? 3600,
        scope: granted.join(' '),
      },
    }
  }

  function listItems(request: IncomingMessage, url: URL): Reply {
    const type = 'application/vnd.ims.lis.v2.lineitemcontainer+json'
    refuse(request.headers.accept !== type, 406, 'wrong accept')
    const resourceId = url.searchParams.get('resource_id')
    const found = platform.items.filter(item => options.filters === false || item.resourceId === resourceId)
    const page = Number(url.searchParams.get('page') ?? 0)
    const next = new URL(url)
    next.searchParams.set('page', String(page + 1))
    const isMore = found.length > (page + 1) * PAGE
    return {
      status: 200,
      headers: isMore ? { link: `<${origin}/first>; rel="first", <${next.href}>; rel="next"` } : {},
      body: found.slice(page * PAGE, (page + 1) * PAGE),
    }
  }

  function makeItem(request: IncomingMessage, item: Item): Reply {
    refuse(request.headers['content-type'] !== 'application/vnd.ims.lis.v2.lineitem+json', 415, 'wrong type')
    refuse(!(item.scoreMaximum > 0) || !item.label, 400, 'bad line item')
    const made = {
      ...item,
      id: `${origin}/course/7/lineitems/${platform.items.length + 1}/lineitem?type_id=1`,
    }
    platform.items.push(made)
    return { status: 201, body: made }
  }

  /** AGS 2.0 §3.4. */
  function keepScore(request: IncomingMessage, url: URL, score: Score): Reply {
    refuse(request.headers['content-type'] !== 'application/vnd.ims.lis.v1.score+json', 415, 'wrong type')
    const id = url.href.replace('/scores?', '?')
    refuse(!platform.items.some(item => item.id === id), 404, 'no such line item')
    refuse(!options.users.includes(score.userId), 404, 'no such user')
    refuse(score.scoreGiven !== undefined && !(score.scoreGiven >= 0), 400, 'bad scoreGiven')
    refuse(score.scoreGiven !== undefined && !(score.scoreMaximum! > 0), 400, 'no scoreMaximum')
    refuse(!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(score.timestamp), 400, 'bad timestamp')
    const last = platform.scores.findLast(({ item, userId }) => item === id && userId === score.userId)
    // In whole seconds, as Moodle keeps them.
    const seconds = (time: string) => Math.floor(Date.parse(time) / 1000)
    refuse(last !== undefined && seconds(last.timestamp) >= seconds(score.timestamp), 409, 'not later')
    platform.scores.push({ ...score, item: id })
    return { status: 200 }
  }
  return platform
}

interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

const fail = (status: number, message: string): never => {
  throw Object.assign(new Error(message), { status })
}
const refuse = (isSo: boolean, status: number, message: string): void => {
  if (isSo) fail(status, message)
}
