/*
 * What is said between us and the agent on a node: a letter, the number of the stream it is about (4 bytes), the
 * length of the rest (4 bytes, both big-endian), and the rest.
 *
 * To the agent: S starts a script (`d` or `w`: whether it reads its stdin; `p`: it is Perl,
 * for the agent itself; its life in ms or 0, the script) · C joins a
 * UNIX socket (paths, NUL between them) · D data for its stdin · E the end of that, and after so many ms SIGTERM ·
 * Q nobody reads it any more: SIGTERM at once · G so many more bytes of O or R may be sent · H we are still there.
 * From it: O and R what it wrote on stdout and stderr · A so many bytes of D were taken · X its exit code, its signal,
 * and whether the agent ended it · Z nothing more will come · Y joined · N could not be started or joined, and why.
 */

export interface Frame {
  type: string
  id: number
  data: Buffer
}

const HEAD_BYTES = 9
/** The agent sends at most 32 KiB at once. */
const DATA_BYTES_MAX = 64 * 1024

/** What claims to be the agent does not speak as the agent does: it sends what nobody let it send, or no frames. */
export class Babble extends Error {
  override name = 'Babble'
}

export function frame(type: string, id: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.write(type, 0, 'latin1')
  head.writeUInt32BE(id, 1)
  head.writeUInt32BE(data.length, 5)
  return Buffer.concat([head, data])
}

/** Takes a byte stream apart into frames; throws Babble for one that is longer than any of the agent's. */
export class FrameReader {
  #chunks: Buffer[] = []
  #bytes = 0

  /** The first chunk, made to hold at least so many bytes. */
  #join(bytes: number): Buffer {
    if (this.#chunks[0]!.length < bytes) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes >= HEAD_BYTES) {
      const head = this.#join(HEAD_BYTES)
      const end = HEAD_BYTES + head.readUInt32BE(5)
      if (end > HEAD_BYTES + DATA_BYTES_MAX) throw new Babble('a frame that is too long')
      if (this.#bytes < end) return
      const whole = this.#join(end)
      this.#chunks[0] = whole.subarray(end)
      this.#bytes -= end
      yield {
        type: whole.toString('latin1', 0, 1),
        id: whole.readUInt32BE(1),
        data: whole.subarray(HEAD_BYTES, end),
      }
    }
  }
}

export const uint32 = (value: number): Buffer => {
  const data = Buffer.alloc(4)
  data.writeUInt32BE(value)
  return data
}
