import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { BadCall } from '../core/errors.ts'
import { Gate } from './gate.ts'
import { ask, cookieFrom, testStudio } from './studio.testing.ts'

let studio: Awaited<ReturnType<typeof testStudio>>
let origin: string
beforeEach(async () => {
  studio = await testStudio()
  origin = new URL(studio.address()).origin
})
afterEach(() => studio.end())

/** What a browser sends to open the page's socket. */
const socketHeaders = (about: Record<string, string>) => ({
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  ...about,
})

it('lets a browser in by its address once, and by its cookie from then on', async () => {
  const address = studio.address()
  const first = await ask(address)
  expect(first.status).toBe(200)
  expect(first.headers['set-cookie']).toEqual([
    expect.stringMatching(/^ovn-lab-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
  ])
  const cookie = String(first.headers['set-cookie']![0]).split(';')[0]!
  const page = await ask(`${origin}/`, { cookie })
  expect(page.status).toBe(200)
  expect(page.body).toContain('src="/page/main.js"')
  expect((await ask(`${origin}/page/main.js`, { cookie })).status).toBe(200)
  const again = await ask(address)
  expect(again.status).toBe(403)
  expect(again.body).toContain('has already been used')
  expect(again.headers['set-cookie']).toBeUndefined()
  // The same browser, though, is in.
  expect((await ask(address, { cookie })).status).toBe(200)
})

it('shows nothing to whoever has no cookie, or one of another studio', async () => {
  for (const cookie of ['', 'ovn-lab-1=x', `ovn-lab-${new URL(origin).port}=guess`])
    for (const path of ['/', '/page/main.js', '/save/map.svg'])
      expect((await ask(origin + path, { cookie })).status).toBe(403)
})

it('refuses guessed tokens, and after some of them looks at no more', async () => {
  for (let guesses = 0; guesses < 10; guesses++)
    expect((await ask(`${origin}/?token=guess${guesses}`)).status).toBe(403)
  const limited = await ask(`${origin}/?token=guess`)
  expect(limited.status).toBe(429)
  expect(limited.body).toContain('Wait a minute')
})

it('looks at tokens again after a minute, and counts each address by itself', () => {
  let nowMs = 0
  const gate = new Gate({ hosts: [], port: 1, isSecure: true, now: () => nowMs })
  const token = gate.tokenForStudent()
  for (let guesses = 0; guesses < 10; guesses++) gate.exchange('guess', '10.0.0.1')
  expect(gate.exchange(token, '10.0.0.1')).toEqual({ refused: 'too-many' })
  nowMs = 60_000
  expect(gate.exchange(token, '10.0.0.1')).toMatchObject({ cookie: expect.stringContaining('; Secure') })
  expect(gate.exchange(token, '10.0.0.2')).toEqual({ refused: 'used' })
})

it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1.evil.example'])(
  'answers under no other name, such as %s (DNS rebinding)',
  async host => {
    const cookie = await cookieFrom(studio.address())
    const answer = await ask(`${origin}/`, { cookie, host })
    expect(answer.status).toBe(421)
    expect(answer.body).not.toContain('main.js')
  },
)

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('changes nothing by %s', async method => {
  const cookie = await cookieFrom(studio.address())
  const answer = await ask(`${origin}/`, { cookie, origin: 'https://evil.example' }, method)
  expect(answer.status).toBe(405)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

it('opens its socket for its own page only', async () => {
  const cookie = await cookieFrom(studio.address())
  const open = (about: Record<string, string>) =>
    ask(`${origin}/live`, socketHeaders(about)).then(({ status }) => status)
  expect(await open({ cookie, origin })).toBe(101)
  expect(await open({ cookie })).toBe(403)
  expect(await open({ origin })).toBe(403)
  for (const other of ['https://evil.example', 'null', origin.replace('http', 'https'), `${origin}0`])
    expect(await open({ cookie, origin: other })).toBe(403)
  expect(await open({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403)
})

it('loads nothing from elsewhere, runs no script in the page, and is in no frame', async () => {
  const cookie = await cookieFrom(studio.address())
  const { headers, body } = await ask(`${origin}/`, { cookie })
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  expect(body).not.toMatch(/<script(?![^>]* src="\/)/)
  expect(body).not.toMatch(/https?:/)
  const [, nonce] = /'nonce-([\w-]+)'/.exec(policy)!
  expect(body).toContain(`nonce="${nonce}"`)
  expect(String((await ask(`${origin}/`, { cookie })).headers['content-security-policy'])).not.toBe(policy)
})

it('gives files of the page and no others', async () => {
  const cookie = await cookieFrom(studio.address())
  for (const path of [
    '../package.json',
    '%2e%2e/package.json',
    '..%2f..%2fpackage.json',
    'chunks/../main.ts',
    'no.js',
  ])
    expect((await ask(`${origin}/page/${path}`, { cookie })).status).toBe(404)
})

it('passes over what is no message, and closes on one that is too long', async () => {
  const cookie = await cookieFrom(studio.address())
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/live`, { headers: { cookie, origin } })
  const says: string[] = []
  socket.on('message', data => says.push(String(data)))
  await new Promise(resolve => socket.once('open', resolve))
  for (const words of [
    '',
    '{',
    '[]',
    '{"do":1}',
    '{"do":"type","shell":"x"}',
    '{"do":"open-shell","node":"../x"}',
  ])
    socket.send(words)
  await expect.poll(() => says.some(words => words.includes('No more shells'))).toBe(true)
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.send('x'.repeat(2 * 2 ** 20))
  expect(await closed).toBe(1009)
  expect((await ask(`${origin}/`, { cookie })).status).toBe(200)
})

it('says in one sentence that a port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const refused = await testStudio({ listen: { host: '127.0.0.1', port } }).catch(thrown => thrown)
  expect(refused).toBeInstanceOf(BadCall)
  expect(refused.sentence.en).toContain(`Port ${port} is taken`)
  other.close()
})
