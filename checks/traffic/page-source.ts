import { type Text, text } from '../../harness/core/text.ts'
import type { PageSeen, ServerSeen } from '../../harness/look/evidence.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { andThen } from '../nouns/phrases.ts'
import type { Web } from './web-page.ts'

/** The port of a socket, as ss(8) writes it. */
export const portOf = (socket: string) => Number(socket.slice(socket.lastIndexOf(':') + 1))

/** The program of a server's socket, by what it was started as. */
export const programOf = ({ pid, command }: ServerSeen): Text | undefined =>
  command === undefined ? undefined : text(`“${command}” (PID ${pid})`, `「${command}」（PID ${pid}）`)

/** Where a page that asks nobody comes from: which program sends it, and that it is a file, by the server's own word. */
export function whatItIs({ modified, listening }: PageSeen, { port }: Pick<Web, 'port'>): Text[] {
  const server = listening.servers?.find(({ socket }) => portOf(socket) === port)
  const program = server && programOf(server)
  return [
    ...(program ? [text(`the page is sent by ${program.en}`, `送出網頁的是${program['zh-TW']}`)] : []),
    ...(modified === undefined
      ? []
      : [
          text(
            `the server says, as servers do of files, that it was last changed at ${modified}`,
            `伺服器說這個網頁最後的修改時間是 ${modified}，這是送出檔案時才會說的`,
          ),
        ]),
  ]
}

/** Connections are made, and the program that listens takes none of them: it is stopped, or busy with something else. */
export function notTaken(
  { complaint, listening: { servers = [] } }: PageSeen,
  { server, port }: Pick<Web, 'server' | 'port'>,
): { saw: Text; cause: Cause } | undefined {
  const idle = servers.find(({ socket, waiting }) => portOf(socket) === port && waiting > 0)
  if (complaint !== 'silent' || !idle) return undefined
  const who = programOf(idle) ?? text('the program there', '那裡的程式')
  const saw = text(
    `connections to TCP port ${port} of ${server.netns} wait, ${idle.waiting} of them, and ${who.en} takes none`,
    `有 ${idle.waiting} 條連到 ${server.netns} TCP 埠 ${port} 的連線在等，${who['zh-TW']}一條也沒有接受`,
  )
  if (!idle.isStopped) return { saw, cause: 'page-slow' }
  const stopped = text(
    'it is stopped (SIGSTOP, or Ctrl-Z in its shell)',
    '它被暫停了（SIGSTOP，或在它的 shell 裡按了 Ctrl-Z）',
  )
  return { saw: andThen(saw, stopped), cause: 'server-suspended' }
}
