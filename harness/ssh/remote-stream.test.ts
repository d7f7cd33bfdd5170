import { expect, it } from 'vitest'
import { WINDOW_BYTES } from './agent-program.ts'
import { Babble, type Frame } from './frames.ts'
import { RemoteStream } from './remote-stream.ts'

const piece = (type: string): Frame => ({ type, id: 1, data: Buffer.alloc(WINDOW_BYTES / 4) })

it.each(['O', 'R'])('more than the window of %s, which nobody reads, is not kept', type => {
  const stream = new RemoteStream(() => undefined)
  for (let at = 0; at < 4; at++) stream.take(piece(type))
  expect(() => stream.take(piece(type))).toThrow(Babble)
  const kept = stream.stdio.readableLength + stream.stderr.readableLength
  expect(kept).toBe(WINDOW_BYTES)
})

it('a count that is none is no count', () => {
  const stream = new RemoteStream(() => undefined)
  expect(() => stream.take({ type: 'A', id: 1, data: Buffer.from([1]) })).toThrow(Babble)
})
