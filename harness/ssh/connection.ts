import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { CannotLook } from '../core/errors.ts'

/** The bytes an ssh connection runs over. */
export interface Transport {
  stream: Duplex
  /** Why the carrier itself ended, where it can tell better than the broken stream does. */
  failure(): Promise<CannotLook | undefined>
  close(): Promise<void>
}

/** A logged-in ssh connection and what it runs over. */
export interface Connection {
  client: Client
  transport: Transport
  /** From the open transport to the end of the login. */
  loginMs: number
}
