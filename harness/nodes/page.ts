import { Capture } from '../capture/capture.ts'
import { type Connection, Conversation } from '../capture/conversation.ts'
import { postgresSession } from '../capture/postgres.ts'
import { Signal } from '../capture/signal.ts'
import { freshToken } from '../capture/token.ts'
import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { text } from '../core/text.ts'
import type {
  ConnectionHeard,
  DatabaseSessionHeard,
  ListenAt,
  PageCaptureSeen,
  PageRequest,
  PageSeen,
} from '../look/evidence.ts'
import { blindFrom } from '../look/recording.ts'
import { WIRES } from '../look/traffic.ts'
import type { Machine } from '../ssh/machine.ts'
import { asLook, shellQuote } from '../ssh/root-shell.ts'
import { putRow } from './fresh-row.ts'
import { listeningOf, listeningScript } from './listening.ts'
import { FETCH } from './page-programs.ts'
import { isShown, shownBy, unpacked, wordsOf } from './page-shown.ts'
import type { MachineOf } from './ping-rounds.ts'

const LISTEN_MS = 5_000
/** How long a page may take, with what its server does for it. */
const PAGE_SECONDS = 5
const MARKER_MS = 2_000
/** How long a short command may take: its late answer is late, and no reason to know nothing. */
const COMMAND_MS = 5_000
/** How long the end of what a browser has already read may be on its way out of tcpdump. */
const ARRIVAL_MS = 700

type Listener = { at: ListenAt; conversation: Conversation } & ({ capture: Capture } | { deaf: CannotLook })

/**
 * A page is fetched as a browser does while captures listen; where somebody outside may write into its database, a row
 * that nobody has seen before stands there meanwhile. `onOpen` is told each capture, for whoever must end them early.
 */
export async function fetchPage(
  request: PageRequest,
  machineOf: MachineOf,
  onOpen: (capture: Capture) => void,
): Promise<PageSeen> {
  const { node, port, database, from, marker } = request
  // Begins with a letter: what a page makes of a value is then the value.
  const mark = `c${freshToken().slice(0, 20)}`
  const [server, browser] = await Promise.all([machineOf(node), machineOf(from.node)])
  // Most labs have no such server, and need no captures to know it.
  const [first, sockets] = await Promise.all([
    fetch(browser, server, request, mark),
    listening(server, request.netns),
  ])
  if (first.complaint !== undefined) {
    // Once more: what was asked may be waiting since.
    const now = await listening(server, request.netns)
    return { ...first, bytes: 0, captures: [], listening: now }
  }
  const signal = new Signal()
  const listeners = await Promise.all(
    request.listen.map(at => listenAt(at, request, mark, signal, machineOf, onOpen)),
  )
  try {
    const row = database.fresh && (await putRow(await machineOf(WIRES), database, mark))
    const page = await fetch(browser, server, request, mark).finally(() => row?.remove())
    const isHere = ({ at }: Listener) => (at.wireOf ?? at).link !== marker.link
    const open = listeners.filter(listener => 'capture' in listener)
    if (page.body)
      await signal.until(
        () => open.filter(isHere).every(({ conversation }) => conversation.connectionsTo(port).some(isOver)),
        patient(ARRIVAL_MS, server, browser),
      )
    await server.run(`ping -n -q -c 1 -W 1 ${shellQuote(marker.to)}`, { deadlineMs: COMMAND_MS })
    await signal.until(
      () => open.every(one => isHere(one) || one.conversation.hasHeardEcho),
      patient(MARKER_MS, server),
    )
    for (const { conversation } of open)
      conversation.fillFrom(open.map(one => one.conversation).filter(one => one !== conversation))
    const { body, encoding, ...told } = page
    const read = body ? unpacked(body, encoding) : ''
    const shown = shownBy(read)
    return {
      ...told,
      listening: sockets,
      ...(row && { fresh: mark, holdsFresh: shown.includes(mark) }),
      ...(read && { words: wordsOf(read) }),
      bytes: body?.length ?? 0,
      captures: await Promise.all(listeners.map(listener => tell(listener, request, shown, row && mark))),
    }
  } catch (thrown) {
    await Promise.all(listeners.map(one => 'capture' in one && one.capture.stop().catch(() => undefined)))
    throw thrown
  }
}

const isOver = (connection: Connection) => connection.isOver

async function listenAt(
  at: ListenAt,
  { address, port, database, marker }: PageRequest,
  mark: string,
  signal: Signal,
  machineOf: MachineOf,
  onOpen: (capture: Capture) => void,
): Promise<Listener> {
  const conversation = new Conversation([port, database.port], mark, address)
  // What should carry nothing of it is listened to for all that it carries.
  const all = at.link === marker.link && { everything: true as const }
  try {
    const place = { ...at, ...all, tokens: new Set<string>(), signal, conversation }
    const capture = await Capture.open(await machineOf(at.node), place, LISTEN_MS)
    onOpen(capture)
    return { at, conversation, capture }
  } catch (thrown) {
    if (thrown instanceof CannotLook) return { at, conversation, deaf: thrown }
    throw thrown
  }
}

type Page = Pick<PageSeen, 'status' | 'complaint' | 'location' | 'modified'> & {
  body?: Buffer
  encoding?: string
}

const PRINTED = /^status (\d+)\n(encoding (\S+)\n)?(location (\S+)\n)?(modified (.+)\n)?body ([0-9a-f]*)$/

async function fetch(
  browser: Machine,
  server: Machine,
  { from, address, port }: PageRequest,
  mark: string,
): Promise<Page> {
  // The browser may stand on a fast machine and wait for a slow one.
  const seconds = Math.ceil(patient(PAGE_SECONDS, browser, server))
  const inside = from.netns === undefined ? '' : `ip netns exec ${shellQuote(from.netns)} `
  const script = asLook(
    `${inside}perl -e ${shellQuote(FETCH)} ${[shellQuote(address), port, mark, seconds].join(' ')}`,
  )
  const { stdout, stderr } = await browser.run(script, { deadlineMs: 2 * seconds * 1_000 })
  const said = stdout.toString('latin1').trim()
  const [, status, , encoding, , location, , modified, body = ''] = PRINTED.exec(said) ?? []
  if (said === 'large')
    throw new CannotLook(
      text(`the page of ${address} is too large to be read whole`, `${address} 的網頁太大，無法整頁讀取`),
      { where: `${address}:${port}` },
    )
  if (status !== undefined)
    return {
      status: Number(status),
      ...(encoding && { encoding }),
      ...(location && { location }),
      ...(modified && { modified }),
      body: Buffer.from(body, 'hex'),
    }
  return { complaint: said.replace(/^error /, '') || stderr.trim().split('\n').at(-1) || 'silent' }
}

async function tell(
  listener: Listener,
  { address, port, database, marker }: PageRequest,
  page: string,
  fresh: string | undefined,
): Promise<PageCaptureSeen> {
  const { at, conversation } = listener
  if ('deaf' in listener) return { ...at, blind: blindFrom(listener.deaf) }
  try {
    const taken = await listener.capture.stop()
    const isMarked = (at.wireOf ?? at).link === marker.link
    return {
      ...at,
      ...taken,
      ...(isMarked && { heardMarker: conversation.hasHeardEcho }),
      markedFrames: conversation.marked,
      web: conversation
        .connectionsTo(port)
        .filter(({ server }) => server === address)
        .map(heardOf),
      database: conversation
        .connectionsTo(database.port)
        .filter(({ client, server }) => client === address && server === database.address)
        .map(connection => sessionOf(connection, page, fresh)),
    }
  } catch (thrown) {
    if (thrown instanceof CannotLook) return { ...at, blind: blindFrom(thrown) }
    throw thrown
  }
}

const heardOf = ({
  client,
  server,
  isTunnelled,
  isAnswered,
  isReset,
  asked,
  answered,
}: Connection): ConnectionHeard => ({
  client,
  server,
  isTunnelled,
  isAnswered,
  isReset,
  saidBytes: { asked: asked.said.length, answered: answered.said.length },
  largestBytes: { asked: asked.largestBytes ?? 0, answered: answered.largestBytes ?? 0 },
})

function sessionOf(connection: Connection, page: string, fresh: string | undefined): DatabaseSessionHeard {
  const { user, isEncrypted, hasAsked, rows, complaint } = postgresSession(
    connection.asked.said,
    connection.answered.said,
  )
  return {
    ...heardOf(connection),
    ...(user !== undefined && { user }),
    ...(isEncrypted && { isEncrypted }),
    hasAsked,
    rows: rows.length,
    rowsShown: rows.filter(row => isShown(row, page)).length,
    ...(fresh !== undefined && { hasFresh: connection.answered.said.includes(fresh) }),
    ...(complaint !== undefined && { complaint }),
  }
}

async function listening(machine: Machine, netns: string): Promise<PageSeen['listening']> {
  const { stdout } = await machine.run(listeningScript(netns), { deadlineMs: COMMAND_MS })
  return listeningOf(stdout.toString('utf8'))
}
