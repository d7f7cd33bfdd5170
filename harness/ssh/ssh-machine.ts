import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeAddress } from '../inventory/inventory.ts'
import { type Channels, channelsOf } from './channels.ts'
import type { Connection } from './connect.ts'
import type { Machine, Ran } from './machine.ts'
import { factorOf, patient } from './patience.ts'
import { rootCommand } from './root-shell.ts'
import { deadlineMissed, linkDied, noExitCode, noSudo, tooMuchOutput } from './run-reasons.ts'

const OUTPUT_BYTES_MAX = 8 * 1024 * 1024
const OPEN_DEADLINE_MS = 4000
const SUDO_DEADLINE_MS = 3000
/** How long the other side may take to end the connection with us. */
const CLOSE_DEADLINE_MS = 500

interface RunOptions {
  deadlineMs: number
  input?: string
  maxBytes?: number
}

/** A Machine over a connection that is logged in; it owns the connection from here on. */
export function sshMachine(node: string, address: NodeAddress, connection: Connection): Machine {
  const channels = channelsOf(node, connection.client)
  let rootAccess: Promise<void> | undefined
  // Asked once a connection, and only when something looks like it: a probe costs an exec.
  const needRoot = (): Promise<void> => {
    if (address.user === 'root') return Promise.resolve()
    rootAccess ??= probeSudo(node, address, channels)
    // What was refused may be mended meanwhile: ask again the next time.
    rootAccess.catch(() => {
      rootAccess = undefined
    })
    return rootAccess
  }
  let closing: Promise<void> | undefined

  return {
    node,
    patienceFactor: factorOf([address]),
    async run(script, options) {
      const deadlineMs = patient(options.deadlineMs, address)
      const ran = await runOnce(node, address.user, script, { ...options, deadlineMs }, channels)
      // Both sudo and a shell without it have a code of their own; the probe tells them from the script's.
      if ((ran.code === 1 || ran.code === 127) && ran.stderr.includes('sudo')) await needRoot()
      return ran
    },
    async start(script, { stdin = 'watch', lifeMs } = {}) {
      const command = rootCommand(address.user, script, {
        stdin: { kind: stdin },
        ...(lifeMs === undefined ? {} : { lifeMs: patient(lifeMs, address) }),
      })
      const opening = channels.open(command, patient(OPEN_DEADLINE_MS, address))
      opening.catch(() => {})
      try {
        await needRoot()
      } catch (error) {
        opening.then(({ channel }) => channel.close()).catch(() => {})
        throw error
      }
      const { channel, exited } = await opening
      // Its end shows on the streams only once they are read; `exited` waits for nobody.
      return { stdio: channel, stderr: channel.stderr, exited }
    },
    close() {
      closing ??= closeAll(connection, channels)
      return closing
    },
  }
}

async function runOnce(
  node: string,
  user: string,
  script: string,
  options: RunOptions,
  channels: Channels,
): Promise<Ran> {
  const { deadlineMs, input = '', maxBytes = OUTPUT_BYTES_MAX } = options
  const startedAt = performance.now()
  const length = Buffer.byteLength(input)
  const command = rootCommand(user, script, {
    stdin: length > 0 ? { kind: 'bytes', length } : { kind: 'watch' },
    lifeMs: deadlineMs,
  })
  const { channel, closed } = await channels.open(command, deadlineMs)

  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(deadlineMissed(node, deadlineMs)),
      Math.max(0, deadlineMs - (performance.now() - startedAt)),
    )
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) reject(tooMuchOutput(node, bytes, maxBytes))
      else chunks.push(chunk)
    }
    channel.on('data', keep(stdout))
    channel.stderr.on('data', keep(stderr))
  })
  // Not ended: the end of stdin is how the other side learns that we are gone.
  if (length > 0) channel.write(input)
  try {
    const exit = await Promise.race([closed, failed])
    if (exit.code === null) throw channels.isLost ? linkDied(node, channels.cause) : noExitCode(node, exit)
    return { code: exit.code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }
  } finally {
    clearTimeout(timer)
    channel.close()
  }
}

async function probeSudo(node: string, address: NodeAddress, channels: Channels): Promise<void> {
  const deadlineMs = patient(SUDO_DEADLINE_MS, address)
  const { channel, closed } = await channels.open('LC_ALL=C sudo -n true', deadlineMs)
  let words = ''
  channel.resume()
  channel.stderr.on('data', chunk => {
    words = (words + String(chunk)).slice(-4096)
  })
  const exit = await Promise.race([closed, sleep(deadlineMs, undefined, { ref: false })])
  channel.close()
  if (exit === undefined) throw deadlineMissed(node, deadlineMs)
  if (exit.code === null && channels.isLost) throw linkDied(node, channels.cause)
  if (exit.code !== 0) throw noSudo(node, address, words)
}

async function closeAll({ client, transport }: Connection, channels: Channels): Promise<void> {
  channels.retire()
  client.end()
  await Promise.race([channels.lost, sleep(CLOSE_DEADLINE_MS, undefined, { ref: false })])
  await transport.close()
}
