import { OUTPUT_HEAD_BYTES, type ToPage } from './protocol.ts'
import { opened } from './shell-actions.ts'
import { sendBy, setState, take, tell } from './store.ts'

/** Between tries to reach the studio, in ms: soon at first. */
const TRIES_MS = [200, 500, 1_000, 2_000, 4_000]
/** The studio is asked for a word when it has said nothing for so long: a connection that died, or one to a process that is stopped, says nothing by itself. */
const QUIET_MS = 5_000
/** And it is waited for so long. */
const ANSWER_MS = 5_000

/** A terminal on the page that draws what a shell prints. */
export interface Drawing {
  screen(message: Extract<ToPage, { say: 'screen' }>): void
  output(generation: number, data: Uint8Array): void
}

const drawings = new Map<number, Drawing>()

/** Gives what a shell prints to a terminal; returns what takes it off again. */
export function drawWith(shell: number, drawing: Drawing): () => void {
  drawings.set(shell, drawing)
  return () => {
    if (drawings.get(shell) === drawing) drawings.delete(shell)
  }
}

/** Connects to the studio this page came from, again and again: a computer that slept goes on where it was. */
export function connect(): void {
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let socket: WebSocket
  let lastHeardMs = 0
  const open = () => {
    clearTimeout(timer)
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`)
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }) => {
      tries = 0
      lastHeardMs = Date.now()
      if (typeof data === 'string') return heard(JSON.parse(data) as ToPage)
      const head = new DataView(data as ArrayBuffer)
      const printed = new Uint8Array(data as ArrayBuffer, OUTPUT_HEAD_BYTES)
      drawings.get(head.getUint32(0))?.output(head.getUint32(4), printed)
    }
    socket.onclose = lost
  }
  const lost = () => {
    setState({
      connection: 'lost',
      asks: [],
      judging: [],
      ...(lastHeardMs > 0 && { heardAtMs: lastHeardMs }),
    })
    timer = setTimeout(open, TRIES_MS[Math.min(tries++, TRIES_MS.length - 1)])
  }
  /** Closing would wait for the other end, which is not there. */
  const leave = (dead: WebSocket) => {
    dead.onclose = null
    dead.close()
    lost()
  }
  sendBy(message => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  })
  const wake = () => {
    if (document.visibilityState !== 'visible') return
    if (socket.readyState === WebSocket.CLOSED || socket.readyState === WebSocket.CLOSING) return open()
    const asked = socket
    const askedMs = Date.now()
    tell({ do: 'are-you-here' })
    setTimeout(() => {
      if (socket === asked && lastHeardMs < askedMs) leave(asked)
    }, ANSWER_MS)
  }
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  setInterval(() => {
    if (socket.readyState < WebSocket.CLOSING && Date.now() - lastHeardMs >= QUIET_MS) wake()
  }, QUIET_MS)
  open()
}

function heard(message: ToPage): void {
  if (message.say === 'screen') drawings.get(message.shell)?.screen(message)
  else take(message)
  if (message.say === 'opened') opened(message.shell)
}
