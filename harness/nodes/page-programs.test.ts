import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { FETCH, KEEP_ROW } from './page-programs.ts'

it.each([
  ['fetches a page', FETCH],
  ['keeps a row', KEEP_ROW],
])('what %s is a program that perl understands', (_, program) => {
  const { status, stderr } = spawnSync('perl', ['-c', '-e', program], { encoding: 'utf8' })
  expect({ status, stderr }).toMatchObject({ status: 0 })
})

it('fetches a page whole, and tells who refuses', async () => {
  const server = createServer((request, answer) => {
    const { 'user-agent': agent = '', cookie = '' } = request.headers
    answer.statusCode = agent.startsWith('Mozilla/5.0 ') && cookie.startsWith('session=mark') ? 203 : 400
    answer.setHeader('Last-Modified', 'Sat, 28 Nov 2026 05:00:00 GMT')
    answer.end('orders\n'.repeat(1000))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const fetched = promisify(execFile)('perl', ['-e', FETCH, '127.0.0.1', String(port), 'mark', '5'])
  const hex = Buffer.from('orders\n'.repeat(1000)).toString('hex')
  expect((await fetched).stdout).toBe(`status 203\nmodified Sat, 28 Nov 2026 05:00:00 GMT\nbody ${hex}\n`)
  server.close()
  await once(server, 'close')
  const refused = execFileSync('perl', ['-e', FETCH, '127.0.0.1', String(port), 'mark', '5'])
  expect(refused.toString()).toBe('refused\n')
})

it('goes where the same server sends a browser on to, and tells what else it says', async () => {
  const server = createServer((request, answer) => {
    const { port } = server.address() as AddressInfo
    const onto: Record<string, string> = {
      '/': 'shop/?a=/b',
      '/shop/?a=/b': `http://127.0.0.1:${port}/shop/list#top`,
      '/shop/list': request.headers.cookie!.includes('away') ? 'https://127.0.0.1/' : 'orders',
    }
    const location = onto[request.url!]
    if (location) answer.writeHead(302, { location })
    else answer.setHeader('Content-Encoding', 'gzip')
    answer.end(request.url)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { execFile } = await import('node:child_process')
  const { promisify } = await import('node:util')
  const fetched = async (mark: string) =>
    (await promisify(execFile)('perl', ['-e', FETCH, '127.0.0.1', String(port), mark, '5'])).stdout
  const hex = (path: string) => Buffer.from(path).toString('hex')
  expect(await fetched('mark')).toBe(`status 200\nencoding gzip\nbody ${hex('/shop/orders')}\n`)
  expect(await fetched('away')).toBe(`status 302\nlocation https://127.0.0.1/\nbody ${hex('/shop/list')}\n`)
  server.close()
})

it('puts the chunks of a page together, and takes no page that is too large', async () => {
  const { createServer: listenTo } = await import('node:net')
  const { promisify } = await import('node:util')
  const { execFile } = await import('node:child_process')
  const heads = 'HTTP/1.1 200 OK\r\n'
  const answers = [
    `${heads}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nord\r\n4\r\ners\n\r\n0\r\n\r\n`,
    `${heads}\r\n${'x'.repeat(4 * 1024 * 1024)}`,
  ]
  const server = listenTo(socket => socket.on('error', () => {}).end(answers.shift() ?? '')).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = () => promisify(execFile)('perl', ['-e', FETCH, '127.0.0.1', String(port), 'mark', '5'])
  expect((await ask()).stdout).toBe(`status 200\nbody ${Buffer.from('orders\n').toString('hex')}\n`)
  expect((await ask()).stdout).toBe('large\n')
  server.close()
})
