import { createReadStream } from 'node:fs'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** What somebody wrote or exported is smaller; a device has no end. */
const BYTES_MAX = 32 * 2 ** 20

/**
 * What a text file says: UTF-8, or UTF-16 where its first bytes say so (a spreadsheet's “Unicode text”), as the WHATWG
 * Encoding Standard decodes them. Rejects with BadCall where it cannot be read, is in another encoding (every name in it
 * would be spoiled, and nobody told), or larger than 32 MiB.
 */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await bytesOf(file)
  const encoding = ENCODINGS.find(([mark]) => bytes.subarray(0, 2).equals(Buffer.from(mark)))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    const [called, calledZh] = /\.csv$/i.test(file)
      ? [' (a spreadsheet calls it “CSV UTF-8”)', '（試算表稱為「CSV UTF-8」）']
      : ['', '']
    throw new BadCall(
      text(
        `${file} is not in UTF-8: save it in that encoding${called}`,
        `${file} 不是 UTF-8 編碼：請用這種編碼另存${calledZh}`,
      ),
    )
  }
}

/** Byte order marks. */
const ENCODINGS: [mark: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

async function bytesOf(file: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of createReadStream(file, { end: BYTES_MAX })) chunks.push(chunk as Buffer)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new BadCall(
      code === 'ENOENT'
        ? text(`there is no file ${file}`, `沒有 ${file} 這個檔案`)
        : text(`${file} cannot be read (${code})`, `無法讀取 ${file}（${code}）`),
    )
  }
  const bytes = Buffer.concat(chunks)
  if (bytes.length > BYTES_MAX)
    throw new BadCall(text(`${file} is larger than 32 MiB`, `${file} 超過 32 MiB`))
  return bytes
}
