import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { serverName } from '../ssh/address.ts'
import type { HostKeyPins } from '../ssh/host-key-pins.ts'
import { type ClassPins, serversOf } from './pin-host-keys.ts'
import type { Student } from './roster.ts'

/** What a worker of a queue is told of the host keys of one student's servers. */
export interface CarriedPins extends Pick<HostKeyPins, 'file' | 'lockFile' | 'isStrict'> {
  /** `TYPE BASE64` by server, of those that are pinned. */
  keys: Record<string, string>
}

/** A host key that a worker saw for the first time, of a server that proved to own it. */
export interface SeenKey {
  /** As serverName has it. */
  server: string
  node: string
  /** `TYPE BASE64` */
  key: string
}

/** What to tell a worker of one student's servers. */
export function carriedPins(pins: ClassPins, student: Student): CarriedPins {
  const { file, lockFile, isStrict, kept } = pins.of(student.id)
  const keys = serversOf([student]).flatMap(address => {
    const key = kept(address)
    return key === undefined ? [] : [[serverName(address), key] as const]
  })
  return { file, lockFile, isStrict, keys: Object.fromEntries(keys) }
}

/** So many runs a worker remembers; of one before, a server is seen for the first time again. */
const RUNS_MAX = 16

/** The host keys that a worker sees: those pinned already are required, others are remembered for their run. */
export class WorkerPins {
  readonly #runs = new Map<string, Map<string, SeenKey>>()

  /** What connectMachine is to be given for a job of this run. */
  of(run: string, { keys, ...carried }: CarriedPins): HostKeyPins {
    const seen = this.#seenIn(run)
    const kept = (server: string) => (Object.hasOwn(keys, server) ? keys[server] : seen.get(server)?.key)
    return {
      ...carried,
      scope: run,
      kept: address => kept(serverName(address)),
      keep: (node, address, key) => {
        const server = serverName(address)
        if (kept(server) === undefined) seen.set(server, { server, node, key })
        return { key: kept(server) ?? key }
      },
    }
  }

  /** Those of a student's servers, jump hosts too, that were seen for the first time in this run. */
  seen(run: string, student: Student): SeenKey[] {
    const seen = this.#seenIn(run)
    return serversOf([student]).flatMap(address => seen.get(serverName(address)) ?? [])
  }

  #seenIn(run: string): Map<string, SeenKey> {
    const seen = this.#runs.get(run) ?? new Map<string, SeenKey>()
    this.#runs.set(run, seen)
    const [oldest] = this.#runs.keys()
    if (this.#runs.size > RUNS_MAX && oldest !== undefined) this.#runs.delete(oldest)
    return seen
  }
}

const isSeenKey = (one: unknown): one is SeenKey => {
  const { server, node, key } = (one ?? {}) as Partial<Record<keyof SeenKey, unknown>>
  return [server, node, key].every(word => typeof word === 'string') && KEY.test(key as string)
}
const KEY = /^[a-z0-9-]+ [A-Za-z0-9+/]+={0,2}$/

/**
 * Pins what a worker saw of a student's servers, as if it had been seen here; `seen` is what the database has. Returns why
 * nothing of the student is taken: another key is pinned by now, or none could be.
 */
export function takeSeen(pins: ClassPins, student: Student, seen: unknown): CannotLook | undefined {
  const own = new Map(serversOf([student]).map(address => [serverName(address), address]))
  const { kept, keep } = pins.of(student.id)
  // Whoever can write to the database pins nothing of others.
  const seenOfOwn = (Array.isArray(seen) ? seen.filter(isSeenKey) : []).flatMap(one => {
    const address = own.get(one.server)
    return address ? [{ ...one, address }] : []
  })
  // Before anything is pinned: behind another jump host is another machine.
  const other = seenOfOwn.find(({ address, key }) => (kept(address) ?? key) !== key)
  if (other) return otherKey(other, pins.lockFile)
  for (const one of seenOfOwn) {
    const now = keep(one.node.replaceAll(/\s+/g, ' '), one.address, one.key)
    if ('failed' in now) return now.failed
    if (now.key !== one.key) return otherKey(one, pins.lockFile)
  }
  return undefined
}

const otherKey = ({ node, server, key }: SeenKey, lockFile: string) =>
  new CannotLook(
    text(
      `${node}: ${server} showed a worker ${key}, which is not the host key in ${lockFile}`,
      `${node}：${server} 向 worker 出示的是 ${key}，不是 ${lockFile} 裡的主機金鑰`,
    ),
    { where: node },
  )
