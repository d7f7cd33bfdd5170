import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { DatabaseSessionHeard } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { whatItIs } from './page-source.ts'
import { assertConnects, databaseOf, type Fetched, fetched, hearing, insideOf, type Web } from './web-page.ts'

/**
 * While the page is fetched, the endpoint asks the database on the physical network by its own protocol and receives rows:
 * heard on the endpoint's link, on the physical link of its node, and on the lab's own wire where there is one.
 */
export async function asksDatabase(lab: Lab, web: Web): Promise<void> {
  const { server, link } = web
  const { address, port } = databaseOf(lab, web)
  const page = await fetched(lab, web)
  const sessions = hearing(page.inside).database
  const hasRows = ({ rows, hasAsked }: DatabaseSessionHeard) => hasAsked && rows > 0
  const { words } = page.seen
  const says = words ? text(`the page says: ${words}`, `網頁的內容是：${words}`) : undefined
  const unmet = (saw: Text, where = insideOf(web)): Unmet =>
    new Unmet({
      expected: text(
        `while the page is fetched, ${server.netns} asks the database at ${address}, TCP port ${port}, and receives rows`,
        `取得網頁的同時，${server.netns} 向 ${address} TCP 埠 ${port} 的資料庫查詢，並收到資料列`,
      ),
      saw,
      where,
      tryThis: on(
        server.node,
        `sudo ip netns exec ${server.netns} tcpdump -nAi ${page.link.name} tcp port ${port}`,
      ),
    })
  if (sessions.some(hasRows)) {
    const outside = [hearing(page.physical), ...(page.wire ? [page.wire] : [])]
    const missing = outside.find(({ database }) => !database.some(hasRows))
    if (!missing) return
    throw unmet(
      text(
        `${server.netns} receives rows, but not through ${link} of ${server.node}: the database on the physical network is not the one that answers`,
        `${server.netns} 收到了資料列，但不是從 ${server.node} 的 ${link} 進來的：回答的不是實體網路上的資料庫`,
      ),
      `${server.node} · ${link}${missing.wireOf ? ' · wire' : ''}`,
    )
  }
  if (sessions.some(({ isEncrypted }) => isEncrypted))
    throw new CannotLook(
      text(
        `the session of ${server.netns} with the database is encrypted, so its rows cannot be seen`,
        `${server.netns} 和資料庫的連線有加密，看不到裡面的資料列`,
      ),
      { where: insideOf(web), help: on(server.node, 'export PGSSLMODE=disable') },
    )
  const complaint = sessions.find(one => one.complaint !== undefined)?.complaint
  if (complaint !== undefined)
    throw unmet(text(`the database says: ${complaint}`, `資料庫的錯誤訊息：${complaint}`))
  if (sessions.some(({ isReset }) => isReset))
    throw unmet(
      text(`${address} refuses TCP port ${port}`, `${address} 拒絕 TCP 埠 ${port} 的連線`),
      `${address}:${port}`,
    )
  if (sessions.some(({ isAnswered }) => isAnswered))
    throw unmet(
      andThen(
        text(
          `a connection to ${address}, TCP port ${port}, and no rows`,
          `連上了 ${address} TCP 埠 ${port}，但沒有收到資料列`,
        ),
        says,
      ),
    )
  await assertConnects(lab, web, [server, address, port])
  const none = text(
    `${server.netns} opened no connection to ${address}, TCP port ${port}`,
    `${server.netns} 沒有連線到 ${address} 的 TCP 埠 ${port}`,
  )
  const few = await unlessBlind(fewPorts(lab, web))
  if (few) throw unmet(andThen(none, few), `${insideOf(web)} · ip_local_port_range`)
  throw unmet([...whatItIs(page.seen, web), says].reduce(andThen, none))
}

/** So few ports that the connections of a minute ago may still have them all (ip-sysctl, ip_local_port_range; tcp(7), TIME_WAIT). */
const FEW_PORTS = 64

/** There is hardly a port that a connection could begin at. */
async function fewPorts(lab: Lab, { server }: Web): Promise<Text | undefined> {
  const { sysctls } = await lab.stack(server.node, server.netns, [])
  const range = sysctls.ip_local_port_range
  const [first = 0, last = Infinity] = range?.value.trim().split(/\s+/).map(Number) ?? []
  if (!range || last - first >= FEW_PORTS) return undefined
  return text(
    `connections out of ${server.netns} may begin at the ports ${first} to ${last} only (ip_local_port_range), and each stays taken for a minute`,
    `${server.netns} 對外的連線只能使用 ${first} 到 ${last} 的埠（ip_local_port_range），每個埠用過之後一分鐘內不能再用`,
  )
}

/**
 * The page shows what the database has now: a row that was put in for this page alone, on labs of ours, and that the endpoint
 * itself received meanwhile; elsewhere every row that it received, which is all that can be known there.
 */
export async function showsRows(lab: Lab, web: Web): Promise<void> {
  const { server, port } = web
  const page = await fetched(lab, web)
  const { seen } = page
  const sessions = hearing(page.inside).database.filter(({ rows }) => rows > 0)
  const isShown =
    seen.fresh === undefined
      ? sessions.some(isShownWhole)
      : seen.holdsFresh === true && sessions.some(({ hasFresh }) => hasFresh)
  if (isShown) return
  throw new Unmet({
    expected:
      seen.fresh === undefined
        ? text('the page shows the rows that the database has sent for it', '網頁顯示資料庫為它送來的資料列')
        : text(
            `the page shows the row ${seen.fresh}, which was put into the database just before`,
            `網頁顯示剛剛才放進資料庫的資料列 ${seen.fresh}`,
          ),
    saw: sawOf(page, web, sessions),
    where: insideOf(web),
    tryThis: on(server.node, `sudo ip netns exec ${server.netns} curl -s http://${server.address}:${port}/`),
  })
}

const isShownWhole = ({ rows, rowsShown }: DatabaseSessionHeard) => rowsShown === rows

function sawOf(
  { seen: { fresh, holdsFresh } }: Fetched,
  { server }: Web,
  sessions: DatabaseSessionHeard[],
): Text {
  const [session] = sessions
  if (holdsFresh)
    return text(
      `the page shows the row, but the database has not sent it to ${server.netns}: somebody else has asked for it`,
      `網頁顯示了這一列，但資料庫沒有把它送給 ${server.netns}：是別人查詢的`,
    )
  if (fresh === undefined && session)
    return text(
      `${session.rows} rows came from the database, and the page shows ${session.rowsShown} of them`,
      `資料庫送來 ${session.rows} 列，網頁只顯示其中 ${session.rowsShown} 列`,
    )
  if (session && !sessions.some(({ hasFresh }) => hasFresh)) {
    const rows = Math.max(...sessions.map(one => one.rows))
    return text(
      `for this page the database has sent ${rows} ${rows === 1 ? 'row' : 'rows'}, and that row is not among them: the query asks for a part of the table, or for another one`,
      `為了這個網頁，資料庫送來 ${rows} 列，這一列不在其中：查詢的只是這個資料表的一部分，或是另一個資料表`,
    )
  }
  return sessions.length > 0
    ? text(
        'the database has sent that row, and the page does not show it',
        '資料庫已經送出這一列，網頁卻沒有顯示',
      )
    : text(
        'the page does not have that row: it shows what the database had before',
        '網頁裡沒有這一列：顯示的是資料庫以前的內容',
      )
}
