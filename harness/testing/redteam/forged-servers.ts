import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { frame } from '../../ssh/frames.ts'
import { FORGED_LOGINS } from './forged-logins.ts'
import type { Asked, Forgery } from './forged-machine.ts'

export const MIB = 2 ** 20
/** The pcap file header and one record without anything in it, again and again. */
export const pcapOf = (records: number): Buffer => {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt32LE(1, 20)
  const record = Buffer.alloc(16 + 60)
  record.writeUInt32LE(60, 8)
  record.writeUInt32LE(60, 12)
  return Buffer.concat([header, ...new Array<Buffer>(records).fill(record)])
}

export const flood = async ({ out, room, ...asked }: Asked, piece: Buffer, bytesMax = 1024 * MIB) => {
  for (let sent = 0; !asked.isOver && sent < bytesMax; sent += piece.length) {
    await room()
    out(piece)
  }
}
const toSockets =
  (onSocket: (asked: Asked) => void): NonNullable<Forgery['agent']> =>
  asked =>
    asked.isSocket ? onSocket(asked) : asked.end(0)
/** An OVSDB server that answers get_schema with a real one's shape and then says what it is told to. */
const ovsdb = (afterSchema: (asked: Asked, id: number) => void) =>
  toSockets(asked => {
    let heard = ''
    asked.onData(data => {
      heard += data.toString()
      const found = /"method":"(\w+)".*?"id":(\d+)\}/.exec(heard)
      if (!found) return
      heard = ''
      if (found[1] !== 'get_schema') return afterSchema(asked, Number(found[2]))
      const result = { name: 'x', tables: { Port: { columns: { name: { type: 'string' } } } } }
      asked.out(JSON.stringify({ id: Number(found[2]), result, error: null }))
    })
  })
const write = (words: string | Buffer) => (socket: Socket) => {
  const more = () => {
    while (!socket.destroyed && socket.write(words)) if (socket.writableLength > MIB) break
  }
  socket.on('drain', () => setImmediate(more))
  more()
}

/** What a machine does, and what is said of it when its links and a database are looked at. */
export const FORGERIES: Record<string, { forgery: Forgery; says: RegExp }> = {
  ...FORGED_LOGINS,
  'lines without end before the banner of ssh': {
    forgery: { tcp: write('Welcome\r\n'.repeat(1000)) },
    says: /before it said that it is an SSH server|SSH/i,
  },
  'a banner of ssh without a line end': { forgery: { tcp: write('SSH-2.0-'.repeat(1000)) }, says: /SSH/ },
  'a banner that drips': {
    forgery: {
      tcp: socket => {
        const timer = setInterval(() => socket.write('S'), 50)
        socket.on('close', () => clearInterval(timer))
      },
    },
    says: /SSH|within/,
  },
  'another protocol': {
    forgery: { tcp: socket => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n<script>alert(1)</script>') },
    says: /SSH/,
  },
  'compression without a choice': {
    forgery: { algorithms: { compress: ['zlib@openssh.com'] as never } },
    says: /key exchange/,
  },
  'a shell that never answers': { forgery: { exec: () => {} }, says: /nothing could be run as root/ },
  'a start-up file that prints without end': {
    forgery: {
      exec: channel => {
        const more = () =>
          void (!channel.destroyed && channel.write('[31m<b>hi</b>\n'.repeat(500), () => setImmediate(more)))
        more()
      },
    },
    says: /does not run the commands/,
  },
  'a frame that says it has 4 GiB': {
    forgery: {
      agent: ({ raw }) =>
        raw(Buffer.concat([frame('O', 1).subarray(0, 5), Buffer.from([255, 255, 255, 255])])),
    },
    says: /is not the program we started|the connection ended/,
  },
  'more than we have room for': {
    forgery: {
      agent: async ({ raw, ...asked }) => {
        for (let at = 0; at < 1600 && !asked.isOver; at++) raw(frame('O', 1 + (at % 8), Buffer.alloc(32_768)))
      },
    },
    says: /is not the program we started|the connection ended|did not end within|printed \d+ bytes/,
  },
  'counts that are none': {
    forgery: {
      agent: ({ raw }) => {
        for (let id = 1; id < 20; id++) raw(frame('A', id, Buffer.from([1])))
      },
    },
    says: /is not the program we started|the connection ended/,
  },
  '50 MB to each question': {
    forgery: {
      agent: async asked => {
        await flood(asked, Buffer.alloc(32_768, 'x'), 50 * MIB)
        asked.end(0)
      },
    },
    says: /printed \d+ bytes and more|sent more than 64 MiB|cannot be read/,
  },
  'an answer that drips for ever': {
    forgery: {
      agent: async asked => {
        while (!asked.isOver) {
          asked.out('[')
          await pause(50)
        }
      },
    },
    says: /did not end within|no answer within|cannot be read/,
  },
  'sockets that are never joined': {
    forgery: {
      agent: ({ isSocket, end }) => {
        if (!isSocket) end(0)
      },
    },
    says: /no answer within|list its interfaces/,
  },
  'JSON that is nested a million times': {
    forgery: { agent: toSockets(asked => void flood(asked, Buffer.alloc(32_768, '['))) },
    says: /the answer is malformed/,
  },
  'a million rows': {
    forgery: {
      agent: ovsdb(async (asked, id) => {
        asked.out(`{"id":${id},"error":null,"result":[false,"",{"Port":{"x":{"initial":{}}`)
        for (let at = 0; at < 1_000_000 && !asked.isOver; at += 1000) {
          await asked.room()
          asked.out(
            Array.from({ length: 1000 }, (_, of) => `,"${(at + of).toString(36)}":{"initial":{}}`).join(''),
          )
        }
        asked.out('}}]}')
      }),
    },
    says: /larger than|malformed|no answer within/,
  },
  'a message without end': {
    forgery: { agent: toSockets(asked => void flood(asked, Buffer.alloc(32_768, '{"x":"'), 64 * MIB)) },
    says: /malformed|larger than/,
  },
  'questions without end': {
    forgery: {
      agent: toSockets(
        asked => void flood(asked, Buffer.from('{"method":"echo","params":[],"id":"echo"}'.repeat(700))),
      ),
    },
    says: /sent more than 64 MiB|no answer within|the connection/,
  },
  'words in another language, HTML, terminal escapes and formulas': {
    forgery: {
      agent: ({ out, end }) => {
        out("找不到指令 [2J]0;x<script>alert(1)</script>\n=cmd|' /C calc'!A0\n‮evil\n")
        end(1)
      },
    },
    says: /does not list its interfaces|did not answer|cannot be read|malformed/,
  },
}
