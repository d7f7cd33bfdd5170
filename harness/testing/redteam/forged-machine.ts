import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import ssh2, { type ServerChannel } from 'ssh2'
import { makeSshKey } from '../../embedded/ssh-key.ts'
import type { NodeAddress } from '../../inventory/inventory.ts'
import { Babble, type Frame, FrameReader, frame, uint32 } from '../../ssh/frames.ts'

/** What a forged agent may do with one script or socket it is asked for. */
export interface Asked {
  script: string
  isSocket: boolean
  out(data: Buffer | string): void
  err(words: string): void
  /** Sends frames without asking whether there is room. */
  raw(bytes: Buffer): void
  end(code?: number): void
  /** Resolves when we have room for more (the window). */
  room(): Promise<void>
  readonly isOver: boolean
  onData(take: (data: Buffer) => void): void
}

export interface Forgery {
  /** In place of the ssh server itself. */
  tcp?: (socket: Socket) => void
  /** In place of a shell that runs what it is given. */
  exec?: (channel: ServerChannel) => void
  /** In place of our agent. */
  agent?: (asked: Asked) => void
  /** In place of a login that is granted. */
  login?: (context: ssh2.AuthContext) => void
  /** What is said before the login (RFC 4252, 5.4). */
  banner?: string
  algorithms?: ssh2.ServerConfig['algorithms']
  /** What the server does by itself after the login. */
  afterLogin?: (connection: ssh2.Connection) => void
}

export interface ForgedMachine {
  address: NodeAddress
  /** How much it has sent. */
  sentBytes(): number
  /** How often it was offered our ssh-agent. */
  agentRequests(): number
  stop(): void
}

/** A real ssh server on the loopback that lies as it is told to. `folder`: for its keys. */
export async function forgedMachine(folder: string, forgery: Forgery): Promise<ForgedMachine> {
  const host = makeSshKey('host')
  const user = makeSshKey('user')
  const identityFile = join(folder, `key-${Math.random().toString(36).slice(2)}`)
  writeFileSync(identityFile, user.secret, { mode: 0o600 })
  let agentRequests = 0
  const server = new ssh2.Server(
    {
      hostKeys: [host.secret],
      ...(forgery.algorithms && { algorithms: forgery.algorithms }),
      ...(forgery.banner && { banner: forgery.banner }),
    },
    connection => {
      connection.on('error', () => {})
      connection.on('authentication', context => (forgery.login ? forgery.login(context) : context.accept()))
      connection.on('ready', () => {
        forgery.afterLogin?.(connection)
        connection.on('session', accept => {
          const session = accept()
          session.on('auth-agent', (_, reject) => {
            agentRequests++
            reject?.()
          })
          session.on('exec', acceptExec => {
            const channel = acceptExec()
            channel.on('error', () => {})
            if (forgery.exec) forgery.exec(channel)
            else playAgent(channel, forgery.agent ?? (({ end }) => end(0)))
          })
        })
      })
    },
  )
  const sockets = new Set<Socket>()
  const tcp = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (forgery.tcp) forgery.tcp(socket)
    else server.injectSocket(socket)
  })
  await new Promise<void>(resolve => tcp.listen(0, '127.0.0.1', resolve))
  return {
    address: {
      host: '127.0.0.1',
      port: (tcp.address() as AddressInfo).port,
      user: 'vagrant',
      identityFile,
      hostKey: host.line.trim(),
    },
    sentBytes: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    agentRequests: () => agentRequests,
    stop() {
      for (const socket of sockets) socket.destroy()
      tcp.close()
    },
  }
}

/** Takes our program away, says its mark, and then answers in its place. */
function playAgent(channel: ServerChannel, answer: (asked: Asked) => void): void {
  const reader = new FrameReader()
  const jobs = new Map<
    number,
    { credit: number; wake: () => void; isOver: boolean; take?: (data: Buffer) => void }
  >()
  let program = ''
  let isOver = false
  channel.on('close', () => {
    isOver = true
    for (const job of jobs.values()) {
      job.isOver = true
      job.wake()
    }
  })
  const send = (bytes: Buffer) => !isOver && channel.write(bytes)

  const begin = ({ id, type, data }: Frame) => {
    const job = { credit: 256 * 1024, wake: () => {}, isOver: false } as NonNullable<
      ReturnType<typeof jobs.get>
    >
    jobs.set(id, job)
    if (type === 'C') send(frame('Y', id))
    const out = (words: Buffer | string) => {
      const bytes = Buffer.from(words)
      for (let at = 0; at < bytes.length; at += 32_768) {
        const piece = bytes.subarray(at, at + 32_768)
        job.credit -= piece.length
        send(frame('O', id, piece))
      }
    }
    answer({
      script: type === 'S' ? data.subarray(5).toString() : '',
      isSocket: type === 'C',
      out,
      err: words => void send(frame('R', id, Buffer.from(words))),
      raw: bytes => void send(bytes),
      end(code = 0) {
        if (job.isOver) return
        job.isOver = true
        if (type === 'S') send(frame('X', id, Buffer.from([code, 0, 0])))
        send(frame('Z', id))
      },
      async room() {
        // One turn of the event loop at least: the machine and its grader are one process here.
        await new Promise(resolve => setImmediate(resolve))
        while (job.credit <= 32_768 && !job.isOver && !isOver)
          await new Promise<void>(resolve => {
            job.wake = resolve
          })
      },
      get isOver() {
        return job.isOver || isOver
      },
      onData(take) {
        job.take = take
      },
    })
  }
  const take = (one: Frame) => {
    const job = jobs.get(one.id)
    if (one.type === 'S' || one.type === 'C') begin(one)
    if (one.type === 'G' && job) {
      job.credit += one.data.readUInt32BE(1)
      job.wake()
    }
    if (one.type === 'D') {
      job?.take?.(one.data)
      send(frame('A', one.id, uint32(one.data.length)))
    }
    if (one.type === 'Q' && job) {
      job.isOver = true
      job.wake()
    }
  }
  channel.on('data', (chunk: Buffer) => {
    if (program === '' || !program.endsWith(PROGRAM_END)) {
      program += chunk.toString('latin1')
      const at = program.indexOf(PROGRAM_END)
      if (at < 0) return
      const rest = Buffer.from(program.slice(at + PROGRAM_END.length), 'latin1')
      program = program.slice(0, at + PROGRAM_END.length)
      const [, one = '', other = ''] = /"([0-9a-f]{16})" \. "([0-9a-f]{16})"/.exec(program) ?? []
      send(Buffer.from(one + other))
      for (const found of reader.push(rest)) take(found)
      return
    }
    try {
      for (const found of reader.push(chunk)) take(found)
    } catch (thrown) {
      if (!(thrown instanceof Babble)) throw thrown
    }
  })
}

/** The last words of the agent's program. */
const PROGRAM_END = '  $pid = $parent;\n}\n'
