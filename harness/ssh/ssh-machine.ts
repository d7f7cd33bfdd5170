import { factorOf, paceOf } from '../core/patience.ts'
import { within } from '../core/within.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import type { Role } from './agent-command.ts'
import { channelsOf } from './channels.ts'
import type { Connection } from './connection.ts'
import type { Connected, Machine } from './machine.ts'
import { limitNewKeys } from './new-keys.ts'
import type { Root } from './root.ts'
import { rootAccess } from './root-access.ts'
import { newKeysWithoutEnd, tooMuchFrom } from './run-reasons.ts'
import { runScript } from './run-script.ts'

/** How long the other side may take to end the connection with us. */
const CLOSE_DEADLINE_MS = 500
/** How long it may take to join a socket, or to be refused. */
const SOCKET_DEADLINE_MS = 5_000
/** For so long a refusal is not asked for again: what was refused may be mended meanwhile. */
const REFUSED_MS = 10_000

/** A Machine over a connection that is logged in; it owns the connection from here on. */
export function sshMachine(
  node: string,
  address: NodeAddress,
  connection: Connection,
  {
    maxBytes = Number.POSITIVE_INFINITY,
    role,
  }: { maxBytes?: number | undefined; role?: Role | undefined } = {},
): Machine {
  const { client, transport, loginMs } = connection
  const channels = channelsOf(node, client)
  let bytes = 0
  transport.stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) channels.cut(tooMuchFrom(node, maxBytes))
  })
  limitNewKeys(client, () => channels.cut(newKeysWithoutEnd(node)))
  let measured = 1
  let access: Promise<Root> | undefined
  const root = (): Promise<Root> => {
    if (channels.isLost) return Promise.reject(channels.refusal())
    access ??= gainRoot()
    return access
  }
  const gainRoot = (): Promise<Root> => {
    const mine = rootAccess(node, address, channels, role).then(({ root, helloMs }) => {
      if (helloMs !== undefined) measured = paceOf(loginMs, helloMs)
      void root.ended.then(forget)
      return root
    })
    const forget = () => {
      if (access === mine) access = undefined
    }
    mine.catch(() => setTimeout(forget, REFUSED_MS).unref())
    return mine
  }
  // Its way is as long as the login's; nobody has to have asked for something first.
  root().catch(() => {})

  const whyLost = () => (channels.isLost ? channels.refusal() : undefined)
  const paced = () => factorOf([address, { patienceFactor: measured }])
  let closing: Promise<void> | undefined
  const close = async () => {
    channels.retire()
    client.end()
    await within(CLOSE_DEADLINE_MS, channels.lost)
    await transport.close()
  }

  return {
    node,
    get patienceFactor() {
      return paced()
    },
    async run(script, options) {
      const asked = await root()
      const deadlineMs = options.deadlineMs * paced()
      return runScript(node, asked, script, { ...options, deadlineMs, whyLost })
    },
    async start(script, { stdin = 'watch', lifeMs, isPerl } = {}) {
      const asked = await root()
      return asked.start(script, {
        stdin,
        ...(lifeMs !== undefined && { lifeMs: lifeMs * paced() }),
        ...(isPerl && { isPerl }),
      })
    },
    async connect(sockets) {
      const asked = await root()
      const deadlineMs = SOCKET_DEADLINE_MS * paced()
      const connecting = asked.connect(sockets)
      const connected = await within(deadlineMs, connecting)
      if (connected) return connected
      const letGo = (late: Connected) => 'stream' in late && late.stream.destroy()
      connecting.then(letGo, () => undefined)
      return { refused: `no answer within ${deadlineMs / 1000} s` }
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}
