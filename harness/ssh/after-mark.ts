import type { Readable } from 'node:stream'

/** What start-up files of a shell may print before what we run says its mark. */
const PRELUDE_BYTES_MAX = 1024 * 1024
const SAID_BYTES_MAX = 400

/** What came instead of the mark, for sentences. */
export interface Prelude {
  /** The end of what was printed so far. */
  said: string
  isTooLong: boolean
}

/**
 * Reads a stream away up to and with the mark, which is a fresh random word: whatever a node prints before it is none
 * of ours. Resolves true when it came, and leaves the rest on the stream; false when the stream ended or went on
 * without it.
 */
export function afterMark(
  stream: Readable,
  mark: string,
  prelude: Prelude = { said: '', isTooLong: false },
): Promise<boolean> {
  // Only what may be the beginning of the mark, or is told, is kept: a byte at a time would else cost the square.
  let tail = Buffer.alloc(0)
  let bytes = 0
  return new Promise(resolve => {
    const settle = (isThere: boolean) => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd)
      resolve(isThere)
    }
    const onEnd = () => settle(false)
    // Not by `data`: the stream is to be as if nobody had read from it yet.
    const onReadable = () => {
      for (let chunk: Buffer | null = stream.read(); chunk; chunk = stream.read()) {
        const head = Buffer.concat([tail, chunk])
        bytes += chunk.length
        const at = head.indexOf(mark)
        if (at >= 0) {
          if (head.length > at + mark.length) stream.unshift(head.subarray(at + mark.length))
          return settle(true)
        }
        tail = head.subarray(-SAID_BYTES_MAX)
        prelude.said = tail.toString('utf8')
        prelude.isTooLong = bytes > PRELUDE_BYTES_MAX
        if (prelude.isTooLong) return settle(false)
      }
    }
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd)
  })
}
