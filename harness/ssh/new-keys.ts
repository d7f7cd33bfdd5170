import type { Client } from 'ssh2'

/** An exchange of keys costs us some milliseconds, and its sender hardly more. sshd asks once an hour or gigabyte, or a megabyte where it is told so. */
export const NEW_KEYS_MAX = 100
export const NEW_KEYS_MS = 10_000

/** Calls `tooMany` when the server of a connection that is logged in has exchanged keys more often than an honest one would. */
export function limitNewKeys(client: Client, tooMany: () => void, now = () => performance.now()): void {
  const times: number[] = []
  client.on('handshake', () => {
    times.push(now())
    if (times.length <= NEW_KEYS_MAX) return
    if (times.at(-1)! - times.shift()! < NEW_KEYS_MS) tooMany()
  })
}
