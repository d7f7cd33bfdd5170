import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { PageSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { notTaken, portOf } from './page-source.ts'
import { askedFor, assertConnects, fetched, hearing, insideOf, type Web } from './web-page.ts'

/** Some program in the endpoint's namespace waits for connections of TCP, at whatever port. */
export async function listensForTcp(lab: Lab, web: Web): Promise<void> {
  const { server } = web
  const { seen } = await askedFor(lab, web)
  if (seen.listening.inside.length > 0) return
  throw new Unmet({
    expected: text(
      `a program in ${server.netns} listens for TCP connections`,
      `${server.netns} 裡有程式在監聽 TCP 連線`,
    ),
    saw: whyNoServer(seen, web) ?? text('none', '沒有'),
    where: insideOf(web),
    tryThis: socketsOf(web),
  })
}

const socketsOf = ({ server }: Web) => on(server.node, `sudo ip netns exec ${server.netns} ss -ltnp`)

/**
 * Who is on the physical network gets a page from the endpoint by HTTP. It came out of the endpoint's own namespace: it
 * was heard there.
 */
export async function servesPage(lab: Lab, web: Web): Promise<void> {
  const { server, port } = web
  const { seen, link } = await askedFor(lab, web)
  const curl = (flag: string) =>
    on(server.node, `sudo ip netns exec ${server.netns} curl ${flag} http://${server.address}:${port}/`)
  const unmet = (saw: Text, tryThis: string, cause?: Cause): Unmet =>
    new Unmet({
      expected: text(
        `a browser on the physical network gets a page from http://${server.address}${port === 80 ? '' : `:${port}`}/`,
        `實體網路上的瀏覽器打開 http://${server.address}${port === 80 ? '' : `:${port}`}/，看得到網頁`,
      ),
      saw,
      where: insideOf(web),
      tryThis,
      ...(cause && { cause }),
    })
  if (seen.complaint !== undefined) {
    const silence = whyNoServer(seen, web)
    if (silence && seen.complaint === 'refused') throw unmet(silence, socketsOf(web))
    const idle = notTaken(seen, web)
    if (idle) throw unmet(idle.saw, socketsOf(web), idle.cause)
    await assertConnects(lab, web, [web.browser, server.address, port])
    if (silence) throw unmet(silence, socketsOf(web))
    throw unmet(complained(seen.complaint), curl('-v'), seen.complaint === 'silent' ? 'page-slow' : undefined)
  }
  const { status = 0, bytes, location } = seen
  if (status < 200 || status > 299 || bytes === 0)
    throw unmet(
      andThen(answeredBy(status, bytes), sentOnTo(location)),
      curl('-i'),
      status >= 400 ? 'page-refused' : undefined,
    )
  const { inside } = await fetched(lab, web)
  if (hearing(inside).web.some(({ isAnswered }) => isAnswered)) return
  throw unmet(
    text(
      `a page came, but none of its packets was captured on ${link.name} in ${server.netns}: another machine has sent it`,
      `收到了網頁，但 ${server.netns} 的 ${link.name} 上完全沒有擷取到它的封包：是別的機器送的`,
    ),
    on(server.node, `sudo ip netns exec ${server.netns} tcpdump -ni ${link.name} tcp port ${port}`),
  )
}

/** What statuses say that a page of a lesson meets (RFC 9110, section 15). */
const STATUSES: Record<number, Text> = {
  401: text('the server wants a name and a password', '伺服器要求帳號和密碼'),
  403: text('the server forbids it to those who ask from there', '伺服器不准從那裡來的人看'),
  404: text('the server has no page there that it can read or run', '伺服器在那裡沒有讀得到、執行得了的網頁'),
  500: text('the program of the page has failed', '網頁程式執行失敗'),
  502: text('the program of the page has answered nothing of use', '網頁程式的輸出不能用'),
}

const answeredBy = (status: number, bytes: number): Text =>
  andThen(text(`HTTP ${status}, ${bytes} bytes`, `HTTP ${status}，${bytes} 位元組`), STATUSES[status])

const sentOnTo = (location: string | undefined) =>
  location === undefined
    ? undefined
    : text(`the server sends browsers on to ${location}`, `伺服器要瀏覽器改去 ${location}`)

const complained = (complaint: string): Text =>
  complaint === 'refused'
    ? text('the connection was refused', '連線被拒絕')
    : complaint === 'silent'
      ? text(
          'the server takes the connection, but no page came in time (5 s, longer on slow machines)',
          '伺服器接受了連線，但時間內沒有送來網頁（5 秒，機器慢時更久）',
        )
      : text(`no page: ${complaint}`, `沒有網頁：${complaint}`)

/** What the sockets of the node say of who should serve; undefined where somebody does. */
function whyNoServer({ listening }: PageSeen, { server, port }: Web): Text | undefined {
  const isFor = (socket: string) => portOf(socket) === port
  const inside = listening.inside.filter(isFor)
  if (inside.some(socket => !isLoopback(socket) && !isOfInet6Alone(socket))) return undefined
  if (inside.some(isOfInet6Alone) && !inside.every(isLoopback))
    return text(
      `the server in ${server.netns} listens on ${list(inside).en} only, for IPv6 alone, and ${server.address} is an address of IPv4`,
      `${server.netns} 裡的伺服器只監聽 ${list(inside)['zh-TW']}，也就是只收 IPv6，而 ${server.address} 是 IPv4 位址`,
    )
  if (inside.length > 0)
    return text(
      `the server in ${server.netns} listens on ${list(inside).en} only, where nobody else can reach it`,
      `${server.netns} 裡的伺服器只監聽 ${list(inside)['zh-TW']}，別人連不到`,
    )
  if (listening.node.some(isFor))
    return text(
      `nothing in ${server.netns} listens on TCP port ${port}; on ${server.node} itself, outside of the namespace, a server does`,
      `${server.netns} 裡沒有程式監聽 TCP 埠 ${port}；有伺服器監聽這個埠，但它在 namespace 外面的 ${server.node} 本身`,
    )
  if (listening.inside.length > 0) {
    const ports = list([...new Set(listening.inside.map(socket => String(portOf(socket))))])
    return text(
      `nothing in ${server.netns} listens on TCP port ${port}, only on ${ports.en}`,
      `${server.netns} 裡沒有程式監聽 TCP 埠 ${port}，監聽的只有 ${ports['zh-TW']}`,
    )
  }
  return text(
    `nothing in ${server.netns} listens on TCP port ${port}`,
    `${server.netns} 裡沒有程式監聽 TCP 埠 ${port}`,
  )
}

const isLoopback = (socket: string) => /^(127\.|\[::1\])/.test(socket)

/** A socket for both is shown with an asterisk; of IPv6, addresses that stand for one of IPv4 are for IPv4 (ss(8), ipv6(7)). */
const isOfInet6Alone = (socket: string) => socket.startsWith('[') && !socket.startsWith('[::ffff:')
