import { describe, expect, it } from 'vitest'
import { Frames, Malformed, TooLarge } from './frames.ts'

const TRICKY = [{ name: '交換器 "ls0" 🌐', path: 'C:\\', brackets: ']}{["' }, [], { nested: [[{}]] }]
const bytes = Buffer.from(TRICKY.map(value => JSON.stringify(value)).join(' \n'))

describe('cutting an unframed stream into JSON values', () => {
  it('finds the same values wherever the stream is cut into chunks, within characters too', () => {
    for (let at = 1; at < bytes.length; at++) {
      const frames = new Frames()
      const found = [...frames.push(bytes.subarray(0, at)), ...frames.push(bytes.subarray(at))]
      expect(found, `cut at byte ${at}`).toEqual(TRICKY)
    }
    const frames = new Frames()
    expect([...bytes].flatMap(byte => frames.push(Buffer.of(byte)))).toEqual(TRICKY)
  })

  it('knows whether the stream may end', () => {
    const frames = new Frames()
    frames.push(bytes.subarray(0, 10))
    expect(frames.isBetweenMessages).toBe(false)
    frames.push(bytes.subarray(10))
    expect(frames.isBetweenMessages).toBe(true)
  })

  it.each(['bash: ovsdb: not found\n', '{"a" 1}', '\0', '}', 'null'])('refuses %j', garbage => {
    expect(() => new Frames().push(Buffer.from(garbage))).toThrow(Malformed)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(() => new Frames().push(Buffer.from('{"name":"\xff\xfe"}', 'latin1'))).toThrow(Malformed)
  })

  it('refuses a message above the limit before it is whole, and takes one at the limit', () => {
    const message = Buffer.from(JSON.stringify(['x'.repeat(96)]))
    expect(new Frames(message.length).push(message)).toEqual([['x'.repeat(96)]])
    expect(() => new Frames(message.length - 1).push(message)).toThrow(TooLarge)
    expect(() => new Frames(50).push(message.subarray(0, 60))).toThrow(TooLarge)
  })
})
