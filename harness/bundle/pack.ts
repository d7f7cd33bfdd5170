import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { Bundle } from './bundle.ts'
import { isHarmlessJson } from './shape.ts'

const [gzip, gunzip] = [promisify(zlib.gzip), promisify(zlib.gunzip)]

/** What a bundle may be at most, in bytes: as a file, and unpacked. */
export const PACKED_MAX_BYTES = 64 * 1024 * 1024
export const UNPACKED_MAX_BYTES = 256 * 1024 * 1024

/** More was seen than a bundle may hold: of one student, and nobody else's work is touched. */
export class TooMuchSeen extends BadCall {}

/** A bundle as the content of a file (gzip, RFC 1952). Rejects with TooMuchSeen where no reader would take it. */
export async function packBundle(bundle: Bundle): Promise<Buffer> {
  const json = Buffer.from(`${JSON.stringify(bundle)}\n`)
  const packed = json.length > UNPACKED_MAX_BYTES ? undefined : await gzip(json)
  if (packed && packed.length <= PACKED_MAX_BYTES && isHarmlessJson(json)) return packed
  const { student, lesson } = bundle
  throw new TooMuchSeen(
    text(
      `What was seen of ${student} in ${lesson} is more than a bundle may hold.`,
      `在 ${lesson} 看到的 ${student} 的內容超過一份證據檔能容納的大小。`,
    ),
  )
}

/** Why a file was not unpacked: what it is. */
type Refusal = Text

const REFUSED = {
  tooLarge: text(
    'is larger than an evidence bundle can be, or unpacks to more than a bundle can hold',
    '比證據檔可能的大小還大，或解開後超過一份證據檔能容納的內容',
  ),
  cutOff: text('is cut off: copy the whole file again', '不完整，後面被截斷了：請重新複製整個檔案'),
  damaged: text('is damaged or was altered', '已損毀或被改過'),
  notGzip: text('is not an evidence bundle (no gzip file)', '不是證據檔（不是 gzip 檔）'),
} satisfies Record<string, Refusal>

export const tooLarge = REFUSED.tooLarge

/** The JSON text in a packed bundle, or what is wrong with it. Takes no more memory than a bundle may need. */
export async function unpack(packed: Buffer): Promise<Buffer | Refusal> {
  if (packed.length > PACKED_MAX_BYTES) return REFUSED.tooLarge
  if (packed.length === 0) return REFUSED.cutOff
  if (packed[0] !== 0x1f || (packed.length > 1 && packed[1] !== 0x8b)) return REFUSED.notGzip
  try {
    const json = await gunzip(packed, { maxOutputLength: UNPACKED_MAX_BYTES })
    return isHarmlessJson(json) ? json : REFUSED.tooLarge
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') return REFUSED.tooLarge
    return code === 'Z_BUF_ERROR' ? REFUSED.cutOff : REFUSED.damaged
  }
}
