import type { Client, ConnectConfig } from 'ssh2'
import type { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import type { Transport } from './connection.ts'
import type { HostKeyCheck } from './host-key.ts'
import type { LoginKeys } from './login-keys.ts'
import { endedEarly, loginRefused, type Step } from './reasons.ts'

/** A silent link is called dead after about 5 s. */
const KEEPALIVE_INTERVAL_MS = 1000
const KEEPALIVES_MISSED_MAX = 4

/** The first bytes of a server are kept until its banner is found among them (RFC 4253 §4.2 lets lines come first). */
const BANNER_SEARCH_BYTES_MAX = 8192

type Ssh2Error = Error & { level?: string }

/**
 * Speaks SSH over the transport until the user is logged in. Resolves then; rejects with CannotLook. Has no
 * deadline of its own; `onStep` tells how far it came. Afterwards no error of the client goes unhandled.
 */
export function handshake(about: {
  node: string
  address: NodeAddress
  client: Client
  transport: Transport
  hostKey: HostKeyCheck
  login: LoginKeys
  onStep: (step: Step) => void
}): Promise<void> {
  const { node, address, client, transport, hostKey, login } = about
  let step: Step = 'banner'
  const enter = (next: Step) => {
    step = next
    about.onStep(next)
  }
  return new Promise((resolve, reject) => {
    let refusal: CannotLook | undefined
    const fail = async (cause?: Ssh2Error) => {
      if (refusal) return reject(refusal)
      if (cause?.level === 'client-authentication') return reject(loginRefused(node, address, login.tried))
      // The carrier knows better why a stream ended before anybody spoke on it.
      const carrier = step === 'banner' ? await transport.failure() : undefined
      reject(carrier ?? endedEarly(node, address, step, cause))
    }
    client.on('error', (error: Ssh2Error) => {
      // An agent that fails is not the end: ssh2 goes on to the next method.
      if (error.level !== 'agent') void fail(error)
    })
    client.on('close', () => void fail())
    client.on('handshake', () => {
      enter('authentication')
      refusal ??= hostKey.keep()
      if (refusal) reject(refusal)
    })
    client.on('ready', () => resolve())

    // What ended before ssh2 listens would never be told to it.
    if (transport.stream.destroyed || transport.stream.readableEnded) return void fail()

    const config: ConnectConfig = {
      sock: transport.stream,
      username: address.user,
      readyTimeout: 0,
      keepaliveInterval: KEEPALIVE_INTERVAL_MS,
      keepaliveCountMax: Math.ceil(patient(KEEPALIVES_MISSED_MAX, address)),
      // Uncompressed: else a few bytes of a server could become as many as it likes.
      algorithms: { serverHostKey: hostKey.algorithms, compress: ['none'] },
      authHandler: login.methods,
      hostVerifier: (key: Buffer) => {
        refusal = hostKey.refusal(key)
        return refusal === undefined
      },
    }
    try {
      client.connect(config)
    } catch (error) {
      reject(endedEarly(node, address, step, error))
    }
    onBanner(transport, () => {
      if (step === 'banner') enter('key exchange')
    })
  })
}

// ssh2 has no event for the banner; it is the first line that starts so.
function onBanner(transport: Transport, found: () => void): void {
  let head = ''
  const listen = (chunk: Buffer) => {
    head += chunk.toString('latin1')
    const isFound = /^SSH-/m.test(head)
    if (isFound) found()
    if (isFound || head.length > BANNER_SEARCH_BYTES_MAX) transport.stream.off('data', listen)
  }
  transport.stream.on('data', listen)
}
