import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Lang } from '../core/text.ts'
import type { Gate } from './gate.ts'
import { doorHtml, enteringHtml, pageHtml } from './html.ts'

/** A file that a page saves. */
export interface Saved {
  type: string
  name: string
  body: Uint8Array
}

export interface AppOptions {
  gate: Gate
  lang: Lang
  /** Where the page's built files are. */
  pageFolder: string
  /** Files that a page may save, by their path: content type and bytes; undefined while there is nothing to save. */
  downloads?: Record<string, (lang: Lang) => Promise<Saved | undefined>>
}

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  map: 'application/json',
  svg: 'image/svg+xml',
}

/**
 * What is answered over HTTP: the page and its files, to whoever has the cookie, and the exchange of a token for it. There is
 * nothing to post to: all that changes something goes through the page's own WebSocket.
 */
export function studioApp({ gate, lang, pageFolder, downloads = {} }: AppOptions) {
  const app = new Hono<{ Bindings: HttpBindings }>()

  app.use(async (c, next) => {
    const nonce = randomBytes(16).toString('base64url')
    if (!gate.isOurHost(c.req.header('host'))) {
      c.res = c.text('This name does not belong to the studio.\n', 421)
    } else if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      c.res = c.text('Nothing can be changed this way.\n', 405)
    } else {
      c.set('nonce' as never, nonce as never)
      await next()
    }
    for (const [name, value] of Object.entries(headers(nonce))) c.res.headers.set(name, value)
  })

  const roleOf = (cookies: string | undefined) => gate.roleOf(cookies)

  app.get('/', c => {
    const token = c.req.query('token')
    const role = roleOf(c.req.header('cookie'))
    const nonce = c.get('nonce' as never) as string
    if (token === undefined)
      return role ? c.html(pageHtml({ lang, nonce })) : c.html(doorHtml(lang, 'closed', nonce), 403)
    const from = c.env.incoming.socket.remoteAddress ?? ''
    const exchanged = gate.exchange(token, from)
    if ('cookie' in exchanged) {
      c.header('Set-Cookie', exchanged.cookie)
      return c.html(enteringHtml(lang, nonce))
    }
    // Who is in already and opens the same address again, is in.
    if (role && exchanged.refused === 'used') return c.html(enteringHtml(lang, nonce))
    return c.html(doorHtml(lang, exchanged.refused, nonce), exchanged.refused === 'too-many' ? 429 : 403)
  })

  app.get('/page/:file{(?:chunks/)?[\\w-][\\w.-]*}', async c => {
    if (!roleOf(c.req.header('cookie'))) return c.text('', 403)
    const file = c.req.param('file')
    const type = TYPES[file.split('.').at(-1) ?? '']
    const bytes = type && (await readFile(join(pageFolder, file)).catch(() => undefined))
    if (!bytes) return c.text('', 404)
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': type })
  })

  app.get('/save/:file{[\\w.-]+}', async c => {
    if (!roleOf(c.req.header('cookie'))) return c.text('', 403)
    const saved = await downloads[c.req.param('file')]?.(c.req.query('lang') === 'zh-TW' ? 'zh-TW' : 'en')
    if (!saved) return c.text('', 404)
    const { type, name, body } = saved
    return c.body(new Uint8Array(body), 200, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${name}"`,
    })
  })

  app.notFound(c => c.text('', 404))
  return app
}

/**
 * Scripts and styles are files of ours, nothing is loaded from elsewhere, and no page may frame this one. xterm.js makes
 * <style> elements: they carry the nonce, and no others are obeyed.
 */
const headers = (nonce: string): Record<string, string> => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
})
