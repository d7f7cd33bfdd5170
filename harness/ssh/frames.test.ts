import { expect, it } from 'vitest'
import { Babble, FrameReader, frame } from './frames.ts'

it('finds the same frames wherever the stream is cut', () => {
  const frames = [
    frame('S', 1, Buffer.from('one')),
    frame('Z', 2 ** 32 - 1),
    frame('O', 7, Buffer.alloc(300, 7)),
  ]
  const whole = Buffer.concat(frames)
  for (let size = 1; size <= whole.length; size++) {
    const reader = new FrameReader()
    const found = []
    for (let at = 0; at < whole.length; at += size) found.push(...reader.push(whole.subarray(at, at + size)))
    expect(found.map(({ type, id, data }) => frame(type, id, data))).toEqual(frames)
  }
})

it('says that a frame is too long before the frame is there', () => {
  const head = frame('O', 1).fill(255, 5, 9)
  expect(() => [...new FrameReader().push(head)]).toThrow(Babble)
})
