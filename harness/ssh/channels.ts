import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Client, ClientChannel } from 'ssh2'
import type { CannotLook } from '../core/errors.ts'
import type { Exit } from './machine.ts'
import { alreadyClosed, execRefused, linkDied, noChannel } from './run-reasons.ts'

/** Below sshd's MaxSessions of 10 (sshd_config(5)); a person's own session may share the connection's limit. */
const CHANNELS_MAX = 8
/** SSH_OPEN_CONNECT_FAILED (RFC 4254 §5.1): what sshd answers when its sessions are used up. */
const CONNECT_FAILED = 2
const RETRY_MS = [5, 10, 20, 40, 80, 160]

/** A command that runs on a channel. */
export interface OpenChannel {
  channel: ClientChannel
  /** Resolves as soon as the exit code is here, or with `closed`; output may still be on its way. */
  exited: Promise<Exit>
  /** Resolves when the channel is closed or the link is lost; `code` null where no exit code came. */
  closed: Promise<Exit>
}

/** The channels of one connection: at most 8 at a time, and none after the link is lost. */
export interface Channels {
  /** Runs a command line on a new channel. Rejects with CannotLook; waits at most `deadlineMs` for a channel. */
  open(command: string, deadlineMs: number): Promise<OpenChannel>
  /** Set once the connection has ended, by whomever. */
  readonly isLost: boolean
  /** Resolves when the connection has ended. */
  readonly lost: Promise<void>
  /** Why it ended, where ssh2 said so. */
  readonly cause: Error | undefined
  /** Why nothing can be opened any more, once that is so. */
  refusal(): CannotLook
  /** Ends the connection at once, for this reason. */
  cut(why: CannotLook): void
  /** From now on every open is refused as asked too late. */
  retire(): void
}

export function channelsOf(node: string, client: Client): Channels {
  const limit = pLimit(CHANNELS_MAX)
  let isLost = false
  let isRetired = false
  let cause: Error | undefined
  let whyCut: CannotLook | undefined
  client.on('error', error => {
    cause ??= error
  })
  const lost = new Promise<void>(resolve => {
    client.on('close', () => {
      isLost = true
      resolve()
    })
  })

  const refusal = () => whyCut ?? (isRetired ? alreadyClosed(node) : linkDied(node, cause))

  // Several tries: a slot is free on sshd only a while after the command on it has ended.
  const exec = async (command: string, wait: { isOver: boolean; refusals: number }) => {
    for (;;) {
      if (isLost || isRetired) throw refusal()
      const opened = await execOnce(client, command, lost)
      if (!(opened instanceof Error)) return opened
      if (isLost) throw refusal()
      if ((opened as { reason?: number }).reason !== CONNECT_FAILED) throw execRefused(node, opened)
      await sleep(RETRY_MS[Math.min(wait.refusals++, RETRY_MS.length - 1)])
      if (wait.isOver) return undefined
    }
  }

  return {
    lost,
    get isLost() {
      return isLost
    },
    get cause() {
      return cause
    },
    refusal,
    cut(why) {
      whyCut ??= why
      client.destroy()
    },
    retire() {
      isRetired = true
    },
    open(command, deadlineMs) {
      return new Promise((resolve, reject) => {
        const wait = { isOver: false, refusals: 0 }
        const timer = setTimeout(() => {
          wait.isOver = true
          reject(noChannel(node, deadlineMs, wait.refusals))
        }, deadlineMs)
        void lost.then(() => reject(refusal()))
        void limit(async () => {
          if (wait.isOver) return
          try {
            const opened = await exec(command, wait)
            if (wait.isOver) opened?.channel.close()
            else if (opened) resolve(opened)
            clearTimeout(timer)
            // The slot is taken for as long as the channel lives.
            await opened?.closed
          } catch (error) {
            reject(error)
          } finally {
            clearTimeout(timer)
          }
        })
      })
    },
  }
}

const execOnce = (client: Client, command: string, lost: Promise<void>): Promise<OpenChannel | Error> =>
  new Promise(resolve => {
    try {
      // The exit code may stand in the same packet as the answer: listen before anything is awaited.
      client.exec(command, (error, channel) => resolve(error ?? watch(channel, lost)))
    } catch (error) {
      // ssh2 throws when its socket is gone before it has said so.
      resolve(error as Error)
    }
  })

function watch(channel: ClientChannel, lost: Promise<void>): OpenChannel {
  let exit: Exit = { code: null }
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  const exitCame = new Promise<void>(resolve => {
    channel.on('exit', (code: number | null, signal?: string) => {
      exit = { code, ...(signal === undefined ? {} : { signal }) }
      resolve()
    })
  })
  const closeCame = new Promise<void>(resolve => {
    channel.on('close', () => resolve())
    void lost.then(resolve)
  })
  return {
    channel,
    exited: Promise.race([exitCame, closeCame]).then(() => exit),
    closed: closeCame.then(() => exit),
  }
}
