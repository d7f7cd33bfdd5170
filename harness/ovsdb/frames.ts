/** One message may be this large; a whole Southbound database of a big deployment is below it. */
export const MAX_MESSAGE_BYTES = 16 * 2 ** 20

/** More values than such a message holds, and deeper than OVSDB nests them: small on the wire, and large in memory. */
const MAX_VALUES = 2 ** 21
const MAX_DEPTH = 64

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
const COMMA = 0x2c
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
  #kept = Buffer.alloc(0)
  #size = 0
  #values = 0
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
    const found: unknown[] = []
    // Locals: private fields cost three times as much in this loop.
    let [depth, inString, isEscaped, start] = [this.#depth, this.#inString, this.#isEscaped, 0]
    let values = this.#values
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (inString) {
        if (isEscaped) isEscaped = false
        else if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) inString = false
      } else if (isOpening(byte)) {
        if (depth++ === 0) start = at
        if (depth > MAX_DEPTH) throw new Malformed('nested too deep')
        values++
      } else if (depth === 0) {
        if (!isSpace(byte)) throw new Malformed('bytes outside of a message')
      } else if (byte === QUOTE) {
        inString = true
      } else if (byte === COMMA) {
        values++
      } else if (isClosing(byte) && --depth === 0) {
        this.#keep(chunk.subarray(start, at + 1))
        found.push(this.#value())
        values = 0
      }
    }
    if (depth > 0) this.#keep(chunk.subarray(start))
    if (values > MAX_VALUES) throw new TooLarge(`more than ${MAX_VALUES} values`)
    this.#values = values
    this.#depth = depth
    this.#inString = inString
    this.#isEscaped = isEscaped
    return found
  }

  #keep(part: Buffer): void {
    const size = this.#size + part.length
    if (size > this.#maxBytes) throw new TooLarge(`more than ${this.#maxBytes} bytes`)
    if (size > this.#kept.length) {
      // Twice as large each time: a message that comes byte by byte is copied a few times and not once a byte.
      const larger = Buffer.alloc(this.#size === 0 ? size : 2 * size)
      this.#kept.copy(larger, 0, 0, this.#size)
      this.#kept = larger
    }
    part.copy(this.#kept, this.#size)
    this.#size = size
  }

  #value(): unknown {
    const whole = this.#kept.subarray(0, this.#size)
    this.#kept = Buffer.alloc(0)
    this.#size = 0
    try {
      return JSON.parse(this.#utf8.decode(whole))
    } catch (cause) {
      throw new Malformed('not JSON', { cause })
    }
  }
}
