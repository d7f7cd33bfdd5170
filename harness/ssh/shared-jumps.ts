import type { NodeAddress } from '../inventory/inventory.ts'
import type { Connection } from './connection.ts'

/**
 * Connections to jump hosts that many machines are reached over: one login a host, however many students are behind it. A
 * login for each would be refused at random (MaxStartups in sshd_config(5): 10:30:100); TCP channels are not counted.
 */
export class SharedJumps {
  readonly #open = new Map<string, Promise<Connection>>()

  /** The connection to this jump host within a scope: one that is there, or what `open` makes. One that failed or ended is made anew. */
  of(jump: NodeAddress, open: () => Promise<Connection>, scope = ''): Promise<Connection> {
    const key = JSON.stringify([scope, jump])
    const known = this.#open.get(key)
    if (known) return known
    const opening = open()
    const forget = () => {
      if (this.#open.get(key) === opening) this.#open.delete(key)
    }
    opening.then(({ client }) => {
      client.on('error', forget)
      client.on('close', forget)
    }, forget)
    this.#open.set(key, opening)
    return opening
  }

  /** Ends them all, when nobody needs a machine behind them any more. */
  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#open.values())
    this.#open.clear()
    await Promise.all(open.map(one => one.status === 'fulfilled' && endJump(one.value)))
  }
}

/** Ends the connection to a jump host. */
export async function endJump({ client, transport }: Connection): Promise<void> {
  client.end()
  await transport.close()
}
