import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { paced } from '../testing/paced.ts'
import { Client, type Method } from './client.ts'
import { Replica } from './replica.ts'

const SOURCE = { node: 'controller', database: 'OVN_Southbound' } as const
const CANNOT_READ = 'the OVN southbound database on controller cannot be read: '
const NO_ANSWER = 'the OVN southbound database on controller does not answer: '

/** A stream whose far end answers each request with these bytes; `written` is what it was sent. */
function farEnd(answer: (stream: Duplex) => void) {
  const written: string[] = []
  const stream: Duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString())
      answer(stream)
      done()
    },
  })
  return { stream, written }
}

const opened = (answer: (stream: Duplex) => void, deadlineMs = paced(2_000)) =>
  Replica.open(farEnd(answer).stream, SOURCE, deadlineMs)

describe('a server that does not speak as it should', () => {
  it.each([
    ['sends what is not JSON', 'sudo: a password is required\n'],
    ['sends a NUL', '\0'],
    ['sends a value that is no message', '[1]'],
    ['answers with no schema', '{"id":1,"error":null,"result":{"tables":[]}}'],
    ['answers with null', '{"id":1,"error":null,"result":null}'],
    [
      'has a column of another type than OVN has',
      '{"id":1,"error":null,"result":{"tables":{"Chassis":{"columns":{"name":{"type":"integer"}}}}}}',
    ],
  ])('%s: malformed', async (_what, words) => {
    await expect(opened(stream => stream.push(words))).rejects.toThrow(
      `${CANNOT_READ}the answer is malformed`,
    )
  })

  it('ends in the middle of an answer', async () => {
    const half = opened(stream => {
      stream.push('{"id":1,"error":null,"result":{"tab')
      stream.push(null)
    })
    await expect(half).rejects.toThrow(`${NO_ANSWER}the connection ended in the middle of an answer`)
  })

  it('sends 50 MB: given up at the limit, without taking it all in', async () => {
    let sent = 0
    const endless = opened(stream => {
      stream.push('{"id":1,"error":null,"result":"')
      while (sent < 50 && !stream.destroyed) {
        stream.push('x'.repeat(2 ** 20))
        sent++
      }
    })
    await expect(endless).rejects.toThrow(`${CANNOT_READ}the answer is larger than 16 MiB`)
  })

  it('says nothing at all', async () => {
    await expect(opened(() => {}, 50)).rejects.toMatchObject({
      message: `${NO_ANSWER}no answer within 0.05 s`,
      help: expect.stringMatching(/^ps -C ovsdb-server /),
    })
  })

  it('updates a row it never told of', async () => {
    const { stream } = farEnd(() => {})
    const replica = Replica.open(stream, SOURCE, paced(2_000))
    const columns = { name: { type: 'string' } }
    const schema = { tables: { Chassis: { columns } } }
    stream.push(JSON.stringify({ id: 1, error: null, result: schema }))
    await new Promise(setImmediate)
    // The answer and a first, impossible update in one chunk.
    const update = { Chassis: { 'b9a4-': { modify: { name: 'c1' } } } }
    stream.push(
      JSON.stringify({ id: 2, error: null, result: [false, '', {}] }) +
        JSON.stringify({ id: null, method: 'update3', params: ['ovn-lab', '', update] }),
    )
    const why = await (await replica).ended
    expect(why.message).toBe(`${CANNOT_READ}the answer is malformed`)
  })
})

describe('the client', () => {
  it("answers the server's echo, which else would drop us", async () => {
    const { stream, written } = farEnd(() => {})
    new Client(stream, SOURCE)
    stream.push('{"method":"echo","params":["are you there"],"id":"echo"}')
    await new Promise(setImmediate)
    expect(written).toEqual(['{"result":["are you there"],"error":null,"id":"echo"}'])
  })

  it('has no way to write', () => {
    const client = new Client(farEnd(() => {}).stream, SOURCE)
    const write = () => client.request('transact' as Method, [], { deadlineMs: 1, take: () => undefined })
    expect(write).toThrow('transact could change the database')
  })
})
