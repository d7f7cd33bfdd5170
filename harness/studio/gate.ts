import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../studio-page/protocol.ts'

/** So many wrong tokens from one address in a minute, and no more are looked at for that long. */
const WRONG_MAX = 10
const WRONG_MS = 60_000
/** Addresses that are remembered for it; more would be a way to fill our memory. */
const ADDRESSES_MAX = 1_000

export interface GateOptions {
  /** The `host:port` that may stand in a request's Host; another one is a name that was made to point at us (DNS rebinding). */
  hosts: readonly string[]
  port: number
  isSecure: boolean
  /** The clock, in milliseconds. */
  now?: () => number
}

/** What a token comes to: a cookie, or why there is none. */
export type Exchanged = { cookie: string } | { refused: 'wrong' | 'used' | 'too-many' }

/**
 * Who may come in. A token in an address is exchanged for a cookie, which no script can read and no other site can send.
 * Tokens and cookies are 256 random bits, and looked up by their digest, which takes the same time for every guess.
 */
export class Gate {
  readonly #options: GateOptions
  readonly #once = new Map<string, 'fresh' | 'used'>()
  readonly #shared = new Set<string>()
  readonly #sessions = new Map<string, Role>()
  readonly #wrong = new Map<string, { count: number; sinceMs: number }>()
  readonly #now: () => number

  constructor(options: GateOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** A token that lets one browser in as the student, once. */
  tokenForStudent(): string {
    const token = random()
    this.#once.set(digest(token), 'fresh')
    return token
  }

  /** A token that lets guests in for as long as we run. */
  tokenForGuests(): string {
    const token = random()
    this.#shared.add(digest(token))
    return token
  }

  /** The Set-Cookie header for a token. `from`: the address that sent it. */
  exchange(token: string, from: string): Exchanged {
    if (this.#isLimited(from)) return { refused: 'too-many' }
    const key = digest(token)
    const isShared = this.#shared.has(key)
    const state = this.#once.get(key)
    if (!isShared && state !== 'fresh') {
      this.#noteWrong(from)
      return { refused: state ?? 'wrong' }
    }
    if (!isShared) this.#once.set(key, 'used')
    const session = random()
    this.#sessions.set(digest(session), isShared ? 'guest' : 'student')
    const flags = `Path=/; HttpOnly; SameSite=Strict${this.#options.isSecure ? '; Secure' : ''}`
    return { cookie: `${this.#cookieName}=${session}; ${flags}` }
  }

  /** Who sends these cookies; undefined: nobody we know. */
  roleOf(cookies: string | undefined): Role | undefined {
    for (const part of (cookies ?? '').split(';')) {
      const [name, value] = part.trim().split('=')
      const role = name === this.#cookieName && value ? this.#sessions.get(digest(value)) : undefined
      if (role) return role
    }
    return undefined
  }

  isOurHost(host: string | undefined): boolean {
    return host !== undefined && this.#options.hosts.includes(host.toLowerCase())
  }

  /** Whether a page of ours sent it: a browser says which one in Origin. */
  isOurOrigin(origin: string | undefined, host: string | undefined): boolean {
    return (
      this.isOurHost(host) &&
      origin === `${this.#options.isSecure ? 'https' : 'http'}://${host!.toLowerCase()}`
    )
  }

  /** Ports do not keep cookies apart (RFC 6265 §8.5), and two studios may run. */
  get #cookieName(): string {
    return `ovn-lab-${this.#options.port}`
  }

  #isLimited(from: string): boolean {
    const noted = this.#wrong.get(from)
    return noted !== undefined && noted.count >= WRONG_MAX && this.#now() - noted.sinceMs < WRONG_MS
  }

  #noteWrong(from: string): void {
    const noted = this.#wrong.get(from)
    const isOld = noted === undefined || this.#now() - noted.sinceMs >= WRONG_MS
    if (isOld) this.#wrong.delete(from)
    if (isOld && this.#wrong.size >= ADDRESSES_MAX) this.#wrong.delete(this.#wrong.keys().next().value!)
    this.#wrong.set(from, isOld ? { count: 1, sinceMs: this.#now() } : { ...noted, count: noted.count + 1 })
  }
}

const random = () => randomBytes(32).toString('base64url')
const digest = (secret: string) => createHash('sha256').update(secret).digest('base64url')
