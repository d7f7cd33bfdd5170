import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import { makeSshKey } from '../embedded/ssh-key.ts'

/** An ssh server on the loopback that lets everybody in and does nothing; it can be given another host key. */
export interface TestServer {
  port: number
  /** `TYPE BASE64` of the key it shows first. */
  key: string
  /** How many logins it had so far, and how often somebody wanted to forward an agent to it. */
  logins(): number
  agentsOffered(): number
  close(): Promise<void>
}

/** The host keys are private ones in OpenSSH's form; with `relays` it is a host to hop over. */
export async function startServer(hostKeys: string[], { relays = false } = {}): Promise<TestServer> {
  let logins = 0
  let agents = 0
  const clients = new Set<ssh2.Connection>()
  const server = new ssh2.Server({ hostKeys }, client => {
    clients.add(client)
    client.on('error', () => {})
    client.on('close', () => clients.delete(client))
    client.on('authentication', context => context.accept())
    client.on('ready', () => {
      logins++
      client.on('session', accept => {
        accept().on('auth-agent', () => {
          agents++
        })
      })
      if (relays) client.on('tcpip', (accept, _, to) => relay(accept(), to.destPort))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    key: publicOf(hostKeys[0] ?? ''),
    logins: () => logins,
    agentsOffered: () => agents,
    async close() {
      for (const client of clients) client.end()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

async function relay(channel: ssh2.ServerChannel, port: number): Promise<void> {
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => channel.close())
  channel.on('error', () => socket.destroy())
  channel.pipe(socket).pipe(channel)
}

/** A private key, as ssh-keygen makes it. Of type Ed25519 by our own maker: about 3 in 1,000 that ssh2 makes are malformed. */
export const newKey = (type: 'ed25519' | 'ecdsa' = 'ed25519'): string =>
  type === 'ed25519'
    ? makeSshKey('host').secret
    : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private

/** A file with a new key to log in with. */
export function newIdentity(file: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(file, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  return file
}

/** `TYPE BASE64` of a private key. */
export function publicOf(key: string): string {
  const parsed = ssh2.utils.parseKey(key)
  if (parsed instanceof Error) throw parsed
  return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`
}
