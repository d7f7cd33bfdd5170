/** One message may be this large; a whole Southbound database of a big deployment is below it. */
export const MAX_MESSAGE_BYTES = 16 * 2 ** 20

/** The peer sent more than one message may hold. */
export class TooLarge extends Error {
  override name = 'TooLarge'
}

/** The peer sent what is not JSON, or not what the protocol says. */
export class Malformed extends Error {
  override name = 'Malformed'
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const isOpening = (byte: number) => byte === 0x7b || byte === 0x5b
const isClosing = (byte: number) => byte === 0x7d || byte === 0x5d
const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)

/**
 * Cuts an unframed stream of JSON texts (RFC 7047 §4) into values.
 * Scans bytes: every byte it looks for is ASCII, so a character split over two chunks cannot mislead it.
 */
export class Frames {
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true })
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #size = 0
  #depth = 0
  #inString = false
  #isEscaped = false

  constructor(maxBytes = MAX_MESSAGE_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** True when the stream may end here without a message being cut. */
  get isBetweenMessages(): boolean {
    return this.#depth === 0
  }

  /** The values that end in this chunk; throws Malformed or TooLarge, after which the stream is of no use. */
  push(chunk: Buffer): unknown[] {
    const values: unknown[] = []
    // Locals: private fields cost three times as much in this loop.
    let [depth, inString, isEscaped, start] = [this.#depth, this.#inString, this.#isEscaped, 0]
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (inString) {
        if (isEscaped) isEscaped = false
        else if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) inString = false
      } else if (isOpening(byte)) {
        if (depth++ === 0) start = at
      } else if (depth === 0) {
        if (!isSpace(byte)) throw new Malformed('bytes outside of a message')
      } else if (byte === QUOTE) {
        inString = true
      } else if (isClosing(byte) && --depth === 0) {
        this.#keep(chunk.subarray(start, at + 1))
        values.push(this.#value())
      }
    }
    if (depth > 0) this.#keep(chunk.subarray(start))
    this.#depth = depth
    this.#inString = inString
    this.#isEscaped = isEscaped
    return values
  }

  #keep(part: Buffer): void {
    this.#size += part.length
    if (this.#size > this.#maxBytes) throw new TooLarge(`more than ${this.#maxBytes} bytes`)
    this.#parts.push(part)
  }

  #value(): unknown {
    const whole = Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    try {
      return JSON.parse(this.#utf8.decode(whole))
    } catch (cause) {
      throw new Malformed('not JSON', { cause })
    }
  }
}
