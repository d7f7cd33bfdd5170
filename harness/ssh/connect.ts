import { setTimeout as pause } from 'node:timers/promises'
import { CannotLook } from '../core/errors.ts'
import { pacedTimer } from '../core/pace.ts'
import { patient } from '../core/patience.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import type { Role } from './agent-command.ts'
import type { Connection, Transport } from './connection.ts'
import { handshake } from './handshake.ts'
import { hostKeyCheck } from './host-key.ts'
import type { HostKeyPins } from './host-key-pins.ts'
import { loginKeys } from './login-keys.ts'
import type { Machine } from './machine.ts'
import { jumpFailed, NothingSaid, nobodyWaits, type Step, tooSlow } from './reasons.ts'
import { endJump, type SharedJumps } from './shared-jumps.ts'
import { sshMachine } from './ssh-machine.ts'
import { openTransport } from './transport.ts'

/** Long enough for a slow machine that lives; two dead ones are told within 6 s. */
const CONNECT_DEADLINE_MS = 4000

/** An sshd that says nothing at all is told by that after some 3 s, within the time for connecting. */
const TRIES_MAX = 16
const STEP_MS = 25

/** All that one machine may send in one look of a grading; a solved lab sends less than a hundredth. */
export const MACHINE_BYTES_MAX = 64 * 2 ** 20

/** How somebody logs in, whatever it is for. */
export interface LoginOptions {
  connectDeadlineMs?: number
  /** Whoever wants the connection has gone; a jump host that others use as well is reached all the same. */
  signal?: AbortSignal
  pins?: HostKeyPins
  jumps?: SharedJumps
}

export interface ConnectOptions extends LoginOptions {
  maxBytes?: number
  role?: Role
}

/**
 * Connects to a node and logs in. Rejects with CannotLook, whose reason says which step failed: TCP, proxy
 * command or jump host, SSH banner, key exchange, host key, login. `connectDeadlineMs` (4000 unless told,
 * times the patience of the slowest machine, and more where this computer is slow) is for all of them together, hops included.
 * `pins`: host keys of a class, for servers whose address has none; without them known_hosts decides. `jumps`: connections
 * to jump hosts that others use as well; without them each machine has its own.
 * `role`: what it is for, where it changes nothing; who watches the node tells what we run there from what others do.
 * `maxBytes`: a machine that sends more than that, in all its answers together, is cut off; no limit unless told.
 */
export async function connectMachine(
  node: string,
  address: NodeAddress,
  options: ConnectOptions = {},
): Promise<Machine> {
  const { maxBytes, role } = options
  return sshMachine(node, address, await logIn(node, address, options), { maxBytes, role })
}

/** A connection as connectMachine makes it, with the same reasons where there is none; nothing runs on it yet. */
export async function logIn(
  node: string,
  address: NodeAddress,
  options: LoginOptions = {},
): Promise<Connection> {
  const deadlineMs = options.connectDeadlineMs ?? patient(CONNECT_DEADLINE_MS, address, address.jump ?? {})
  const deadline = new AbortController()
  // Half of the work of a login is ours: where this computer is slow, no machine is late for that.
  const { pins, jumps, signal } = options
  const giveUp = () => deadline.abort()
  const stop = pacedTimer(deadlineMs, giveUp)
  const isShared = address.jump !== undefined && jumps !== undefined
  if (!isShared) signal?.addEventListener('abort', giveUp, { once: true })
  if (!isShared && signal?.aborted) giveUp()
  try {
    const once = (signal: AbortSignal) =>
      openConnection(node, address, { deadline: signal, deadlineMs, pins, jumps })
    return await untilItSpeaks(once, deadline.signal)
  } catch (thrown) {
    throw signal?.aborted ? nobodyWaits(node) : thrown
  } finally {
    signal?.removeEventListener('abort', giveUp)
    stop()
  }
}

/** Connects again, a little later each time, where an sshd lets in only some of those that come at once. */
async function untilItSpeaks(
  connect: (deadline: AbortSignal) => Promise<Connection>,
  deadline: AbortSignal,
): Promise<Connection> {
  let silence: NothingSaid | undefined
  for (let tries = 1; ; tries++) {
    try {
      return await endingWith(deadline, connect)
    } catch (thrown) {
      // Of one more try that the end of the time has cut short, nothing is known; of those before it is.
      if (!(thrown instanceof NothingSaid)) throw (deadline.aborted && silence) || thrown
      silence = thrown
      if (tries === TRIES_MAX) throw thrown
      // By chance: those that were refused together must not come again together.
      const isLate = await pause(tries * STEP_MS * (0.5 + Math.random()), false, { signal: deadline }).catch(
        () => true,
      )
      if (isLate) throw thrown
    }
  }
}

/** One try with a signal of its own: what listens for its end would pile up with each further try. */
async function endingWith<Result>(
  deadline: AbortSignal,
  attempt: (ended: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const own = new AbortController()
  const end = () => own.abort()
  if (deadline.aborted) end()
  deadline.addEventListener('abort', end, { once: true })
  try {
    return await attempt(own.signal)
  } finally {
    deadline.removeEventListener('abort', end)
  }
}

/** What holds for every hop of a connection. */
interface Limits {
  deadline: AbortSignal
  deadlineMs: number
  pins: HostKeyPins | undefined
  jumps: SharedJumps | undefined
}

async function openConnection(node: string, address: NodeAddress, limits: Limits): Promise<Connection> {
  const { deadline, deadlineMs, pins } = limits
  let step: Step = 'transport'
  // What is awaited below may never answer, so the deadline races it.
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(tooSlow(node, address, step, deadlineMs))
    if (deadline.aborted) giveUp()
    deadline.addEventListener('abort', giveUp, { once: true })
  })
  late.catch(() => {})
  const prepared = Promise.all([hostKeyCheck(node, address, pins), loginKeys(node, address), import('ssh2')])
  // Ends by the deadline itself: a jump host that is late is to be named, not the node behind it.
  const opening = address.jump
    ? openJump(node, address, address.jump, limits)
    : openTransport(node, address, deadline)
  try {
    const [[hostKey, login, ssh2], transport] = await Promise.all([Promise.race([prepared, late]), opening])
    step = 'banner'
    const startedAt = performance.now()
    const client = new ssh2.default.Client()
    const onStep = (next: Step) => {
      step = next
    }
    await Promise.race([handshake({ node, address, client, transport, hostKey, login, onStep }), late])
    return { client, transport, loginMs: performance.now() - startedAt }
  } catch (error) {
    const isOpen = step !== 'transport'
    const closed = opening.then(opened => opened.close()).catch(() => {})
    if (isOpen) await closed
    if (!(error instanceof CannotLook) && deadline.aborted) throw tooSlow(node, address, step, deadlineMs)
    throw error
  }
}

/** A TCP channel through another ssh connection (RFC 4254 §7.2). */
async function openJump(
  node: string,
  address: NodeAddress,
  jump: NodeAddress,
  limits: Limits,
): Promise<Transport> {
  const { deadline, deadlineMs, jumps, pins } = limits
  const open = () => openConnection(`${node} via ${jump.host}`, jump, limits)
  const hop = await (jumps?.of(jump, open, pins?.scope) ?? open())
  // One that others use as well is ended when the last of them is done.
  const close = async () => void (jumps === undefined && (await endJump(hop)))
  return new Promise<Transport>((resolve, reject) => {
    const fail = (cause: Error) => {
      reject(jumpFailed(node, address, jump, cause))
      void close()
    }
    const giveUp = () => {
      reject(tooSlow(node, address, 'transport', deadlineMs))
      void close()
    }
    deadline.addEventListener('abort', giveUp, { once: true })
    if (jumps === undefined) hop.client.on('error', () => {})
    hop.client.forwardOut('127.0.0.1', 0, address.host, address.port, (error, channel) => {
      if (error) return fail(error)
      channel.on('error', () => {})
      // Nobody waits for it any more; on a connection that others use it would stay.
      if (deadline.aborted) return void channel.destroy()
      const closeBoth = async () => {
        channel.destroy()
        await close()
      }
      resolve({ stream: channel, failure: () => hop.transport.failure(), close: closeBoth })
    })
  })
}
