import { connect as connectTcp } from 'node:net'
import type { NodeAddress } from '../inventory/inventory.ts'
import type { Transport } from './connection.ts'
import { openProxy } from './proxy-command.ts'
import { noTcp } from './reasons.ts'

/** Opens TCP or the proxy command of an address. Rejects with CannotLook; `signal` gives up. (Jumps: connect.ts.) */
export const openTransport = async (
  node: string,
  address: NodeAddress,
  signal: AbortSignal,
): Promise<Transport> =>
  address.proxyCommand
    ? openProxy(node, address.proxyCommand, address.statusCommand)
    : await openTcp(node, address, signal)

function openTcp(node: string, address: NodeAddress, signal: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address.host, port: address.port })
    const giveUp = () => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    const onError = (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', giveUp)
      reject(noTcp(node, address, error.code, error))
    }
    socket.once('error', onError)
    socket.once('connect', () => {
      signal.removeEventListener('abort', giveUp)
      socket.off('error', onError)
      // ssh2 listens only while it is connected; a late reset must not be an unhandled event.
      socket.on('error', () => {})
      // Without it an exec waits for delayed ACKs: 43 ms in place of 4.
      socket.setNoDelay(true)
      resolve({
        stream: socket,
        failure: async () => undefined,
        close: async () => {
          socket.destroy()
        },
      })
    })
  })
}
