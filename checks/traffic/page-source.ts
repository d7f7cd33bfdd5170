import { type Text, text } from '../../harness/core/text.ts'
import type { PageSeen, ServerSeen } from '../../harness/look/evidence.ts'
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
