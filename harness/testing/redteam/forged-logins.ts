import type { Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import ssh2 from 'ssh2'
import type { Forgery } from './forged-machine.ts'

/** All bytes of an honest handshake, three a second. */
function slowly(socket: Socket): void {
  const key = ssh2.utils.generateKeyPairSync('ed25519').private
  const server = new ssh2.Server({ hostKeys: [key] }, connection => connection.on('error', () => {}))
  const [inner, outer] = duplexPair()
  server.injectSocket(inner as never)
  socket.on('data', chunk => outer.write(chunk))
  const waiting: number[] = []
  outer.on('data', (chunk: Buffer) => waiting.push(...chunk))
  const timer = setInterval(() => {
    const next = waiting.splice(0, 1)
    if (next.length > 0 && !socket.destroyed) socket.write(Buffer.from(next))
  }, 300)
  socket.on('close', () => clearInterval(timer))
}

/** The first channel is closed before it said a word; what comes after that says something else. */
function secondOtherwise(): NonNullable<Forgery['exec']> {
  let count = 0
  return channel => {
    count++
    if (count === 1) return void channel.close()
    channel.write('root\n{"links":[]}\n')
    channel.exit(0)
    channel.close()
  }
}

function onceOnly(): NonNullable<Forgery['agent']> {
  let count = 0
  return asked => {
    if (count++ === 0) asked.end(0)
  }
}

/** Asks for the same again as soon as it was answered, for as long as the connection is open. */
const withoutEnd =
  (ask: (connection: ssh2.Connection, then: () => void) => unknown): NonNullable<Forgery['afterLogin']> =>
  connection => {
    let isOver = false
    connection.on('close', () => {
      isOver = true
    })
    const more = () => void (isOver || ask(connection, () => setImmediate(more)))
    more()
  }

/** An ssh server that lies at the login, about its channels, or later; and what is said of it. */
export const FORGED_LOGINS: Record<string, { forgery: Forgery; says: RegExp }> = {
  'a login that is never enough': {
    forgery: { login: context => context.reject(['publickey'], true) },
    says: /does not let vagrant in/,
  },
  'a greeting of a megabyte before the login, of escapes': {
    forgery: { banner: '\u001b]0;x\u0007\u001b[2J'.repeat(100_000), exec: () => {} },
    says: /ended during the login of vagrant/,
  },
  'a handshake that drips': {
    forgery: { tcp: slowly },
    says: /within|SSH/,
  },
  'channels that are opened to us without end': {
    forgery: {
      exec: () => {},
      afterLogin: withoutEnd((connection, then) => connection.x11('127.0.0.1', 1, then)),
    },
    says: /nothing could be run as root|the connection/,
  },
  'new keys without end': {
    forgery: {
      exec: () => {},
      afterLogin: withoutEnd((connection, then) => connection.rekey(then)),
    },
    says: /keeps asking for new keys/,
  },
  'a machine that is another one from its second channel on': {
    forgery: { exec: secondOtherwise() },
    says: /is not the program we started|nothing could be run as root|the connection|no root|does not run/,
  },
  'a machine that says no more after its first answer': {
    forgery: { agent: onceOnly() },
    says: /no answer within|did not end within|the connection/,
  },
}
