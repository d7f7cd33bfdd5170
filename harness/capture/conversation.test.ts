import { describe, expect, it } from 'vitest'
import { Conversation } from './conversation.ts'
import { echo, ethernet, geneve, ipv4, udp } from './testing/frames.ts'

const [CLIENT, SERVER] = [
  [192, 168, 10, 1],
  [192, 168, 10, 100],
] as const
const [ACK, SYN, FIN, RST] = [0x10, 0x02, 0x01, 0x04]

interface Told {
  sequence?: number
  flags?: number
  isAnswer?: boolean
  takesBytes?: number
}

const tcp = (said: string, { sequence = 1000, flags = ACK, isAnswer = false, takesBytes }: Told = {}) => {
  const head = Buffer.alloc(takesBytes ? 24 : 20)
  head.writeUInt16BE(isAnswer ? 80 : 40000, 0)
  head.writeUInt16BE(isAnswer ? 40000 : 80, 2)
  head.writeUInt32BE(sequence, 4)
  head.set([head.length << 2, flags], 12)
  if (takesBytes) head.set([2, 4, takesBytes >> 8, takesBytes & 0xff], 20)
  const [from, to] = isAnswer ? [SERVER, CLIENT] : [CLIENT, SERVER]
  return ipv4(6, Buffer.concat([head, Buffer.from(said)]), { from: [...from], to: [...to] })
}

function heard(...frames: Buffer[]): Conversation {
  const conversation = new Conversation([80, 5432], 'fresh1', SERVER.join('.'))
  for (const bytes of frames)
    conversation.take({ linkType: 1, timeNs: 0n, originalLength: bytes.length, bytes })
  return conversation
}
const plain = (packet: Buffer) => ethernet(0x0800, packet)
const one = (...frames: Buffer[]) => heard(...frames).connectionsTo(80)[0]!

describe('a conversation over TCP', () => {
  it('is put together in the order of its bytes, each once', () => {
    const connection = one(
      plain(tcp('', { flags: SYN, sequence: 0xffff_fffe, takesBytes: 1460 })),
      plain(tcp('', { flags: SYN | ACK, isAnswer: true, sequence: 7, takesBytes: 5 })),
      plain(tcp('two ', { sequence: 3 })),
      plain(tcp('one ', { sequence: 0xffff_ffff })),
      plain(tcp('two three', { sequence: 3 })),
      plain(tcp('page', { isAnswer: true, sequence: 8, flags: ACK | FIN })),
    )
    expect(connection).toMatchObject({
      ...{ client: '192.168.10.1', server: '192.168.10.100', isTunnelled: false },
      ...{ isAnswered: true, isOver: true, isReset: false },
      asked: { said: Buffer.from('one two three'), largestBytes: 45 },
      answered: { said: Buffer.from('page'), largestBytes: 44 },
    })
  })

  it('has packets as large as the other side takes, if nobody has missed what that is', () => {
    const { asked } = one(plain(tcp('x'.repeat(4000))))
    expect(asked).toEqual({ said: Buffer.from('x'.repeat(4000)) })
  })

  it('ends before a gap', () => {
    const { said } = one(plain(tcp('a', { sequence: 1 })), plain(tcp('c', { sequence: 3 }))).asked
    expect(said.toString()).toBe('a')
  })

  it('has from other captures what was cut off in its own, whatever pieces that came in there', () => {
    const piece = (said: string, sequence: number) => plain(tcp(said, { sequence }))
    const cut = (frame: Buffer, bytes: number) => {
      const conversation = heard(piece('a', 0xffff_fffe))
      const given = { linkType: 1, timeNs: 0n, originalLength: frame.length }
      conversation.take({ ...given, bytes: frame.subarray(0, frame.length - bytes) })
      return conversation
    }
    const saidOf = (conversation: Conversation) => conversation.connectionsTo(80)[0]!.asked.said.toString()
    const conversation = cut(piece('bcdefgh', 0xffff_ffff), 4)
    expect(saidOf(conversation)).toBe('abcd')
    conversation.fillFrom([cut(piece('bcdefgh', 0xffff_ffff), 2)])
    expect(saidOf(conversation)).toBe('abcd')
    // What was sent later is none of it.
    conversation.fillFrom([heard(piece('bcd', 0xffff_ffff), piece('ef', 2), piece('ghij', 4))])
    expect(saidOf(conversation)).toBe('abcdefgh')
  })

  it('is refused', () => {
    const connection = one(
      plain(tcp('', { flags: SYN })),
      plain(tcp('', { flags: RST | ACK, isAnswer: true })),
    )
    expect(connection).toMatchObject({ isAnswered: false, isReset: true })
  })

  it('is found inside Geneve, and behind a VLAN tag', () => {
    const inner = ethernet(0x0800, tcp('GET'))
    const tunnelled = plain(ipv4(17, udp(6081, geneve(1, inner, Buffer.alloc(8)))))
    expect(one(tunnelled).isTunnelled).toBe(true)
    expect(one(ethernet(0x0800, tcp('GET'), [0x8100, 5])).asked.said.toString()).toBe('GET')
  })

  it('is none of other ports, and of what is no TCP', () => {
    const other = heard(
      plain(ipv4(17, udp(53, Buffer.from('fresh1')))),
      plain(ipv4(1, echo(8))),
      Buffer.alloc(3),
    )
    expect(other.connectionsTo(80)).toEqual([])
    expect(other).toMatchObject({ marked: 1, hasHeardEcho: true })
  })

  it.each<[string, Buffer, number]>([
    [
      'VXLAN',
      plain(ipv4(17, udp(4789, Buffer.concat([Buffer.alloc(8), plain(tcp('page', { isAnswer: true }))])))),
      1,
    ],
    ['GRE', plain(ipv4(47, Buffer.concat([Buffer.from([0, 0, 8, 0]), tcp('GET')]))), 1],
    ['a header too short for it', plain(ipv4(17, udp(9, tcp('GET').subarray(0, 22)))), 0],
    ['a list of addresses', plain(ipv4(17, udp(9, Buffer.from([...CLIENT, ...SERVER, 0, 80])))), 0],
  ])('counts a frame that holds one of its segments, whatever carries it: %s', (_, frame, marked) => {
    expect(heard(frame).marked).toBe(marked)
  })
})
