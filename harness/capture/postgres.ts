/** What a session of PostgreSQL said, by its protocol (version 3: https://www.postgresql.org/docs/current/protocol.html). */
export interface PostgresSession {
  /** The client began it, as whom and in which database. */
  user?: string
  database?: string
  /** It goes on in TLS, where nobody else can read it. */
  isEncrypted?: true
  /** It asked something. */
  hasAsked: boolean
  /** The rows that came, each with its values as text. */
  rows: string[][]
  /** What the server said where it refused. */
  complaint?: string
}

/** SSLRequest and GSSENCRequest: one byte answers each. */
const ENCRYPTION_REQUESTS = [80877103, 80877104]
const VERSION_3 = 3
const ASKS = new Set(['Q', 'P', 'E'])

/** Reads what both sides said; whatever is not of the protocol ends it. */
export function postgresSession(asked: Buffer, answered: Buffer): PostgresSession {
  const found: PostgresSession = { hasAsked: false, rows: [] }
  try {
    let [ask, answer] = [asked, answered]
    while (ask.length >= 8 && ENCRYPTION_REQUESTS.includes(ask.readUInt32BE(4))) {
      if ('SG'.includes(answer.subarray(0, 1).toString('latin1') || ' '))
        return { ...found, isEncrypted: true }
      ;[ask, answer] = [ask.subarray(8), answer.subarray(1)]
    }
    // Who goes on with a connection that was begun before starts with an ordinary message.
    if (ask.length >= 8 && ask.readUInt16BE(4) === VERSION_3) {
      const length = ask.readUInt32BE(0)
      const words = ask.subarray(8, length).toString('utf8').split('\0')
      const said = (name: string) => words[words.findIndex((word, at) => at % 2 === 0 && word === name) + 1]
      if (words.includes('user')) found.user = said('user') ?? ''
      if (words.includes('database')) found.database = said('database') ?? ''
      ask = ask.subarray(length)
    }
    for (const { type } of messages(ask)) found.hasAsked ||= ASKS.has(type)
    for (const { type, body } of messages(answer)) {
      if (type === 'D') found.rows.push(valuesIn(body))
      const complaint = type === 'E' && /\0M([^\0]*)/.exec(`\0${body.toString('utf8')}`)?.[1]
      if (complaint) found.complaint ??= complaint
    }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
  }
  return found
}

function* messages(bytes: Buffer): Generator<{ type: string; body: Buffer }> {
  let at = 0
  while (at + 5 <= bytes.length) {
    const length = bytes.readUInt32BE(at + 1)
    if (length < 4 || at + 1 + length > bytes.length) return
    yield { type: String.fromCharCode(bytes[at]!), body: bytes.subarray(at + 5, at + 1 + length) }
    at += 1 + length
  }
}

/** DataRow: how many values, then each with its length, −1 for NULL. */
function valuesIn(body: Buffer): string[] {
  const values: string[] = []
  let at = 2
  for (let left = body.readUInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at)
    at += 4
    values.push(length < 0 ? '' : body.subarray(at, at + length).toString('utf8'))
    at += Math.max(length, 0)
  }
  return values
}
