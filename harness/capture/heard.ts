import type { HeardPacket } from '../look/evidence.ts'
import { decodeEcho, KNOWN_LINK_TYPES } from './decode.ts'
import { NotPcap, PcapReader, type PcapRecord } from './pcap.ts'
import { tokenIn } from './token.ts'

/** What was heard in one record; undefined where it bears no token. Throws NotPcap for a foreign link type. */
export function heardIn(record: PcapRecord): HeardPacket | undefined {
  if (!KNOWN_LINK_TYPES.has(record.linkType)) throw new NotPcap(`link type ${record.linkType}`)
  const echo = decodeEcho(record)
  const token = echo && tokenIn(echo.payload)
  if (!token) return undefined
  const { payload, ...packet } = echo
  return { token, ...packet }
}

/**
 * Every token-bearing packet of a whole pcap file, in its order; `tokens`, where given, says which ones count.
 * A record cut at the end of the file is left out; throws NotPcap for what is no pcap file.
 */
export function heardInFile(file: Buffer, tokens?: ReadonlySet<string>): HeardPacket[] {
  const reader = new PcapReader()
  const records = reader.push(file)
  if (file.length < 24) throw new NotPcap('shorter than a file header')
  return records.flatMap(record => {
    const heard = heardIn(record)
    return heard && (!tokens || tokens.has(heard.token)) ? [heard] : []
  })
}
