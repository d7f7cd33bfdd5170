import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { isRecording, type Recording } from '../look/recording.ts'
import { complaintsOf } from '../manifest/complaint.ts'
import { validatorOf } from '../manifest/validator-of.ts'
import { cleanLine } from '../tell/clean.ts'
import schema from './bundle.schema.json' with { type: 'json' }
import type { Bundle } from './bundle.ts'
import { PACKED_MAX_BYTES, tooLarge, unpack } from './pack.ts'
import { isHarmlessJson } from './shape.ts'

/**
 * Reads an evidence bundle; or a plain recording (`check --record FILE`, named .json), which is taken as the first
 * attempt of a student called like the file, in `lesson`. Rejects with BadCall, one sentence, whatever is wrong with it.
 */
export async function readBundle(file: string, { lesson }: { lesson?: string } = {}): Promise<Bundle> {
  const content = await contentOf(file)
  return lesson !== undefined && file.endsWith('.json')
    ? fromRecording(file, content, lesson)
    : bundleOf(file, content)
}

/** A bundle from the content of its file. Rejects with BadCall. */
export async function bundleOf(file: string, packed: Buffer): Promise<Bundle> {
  const json = await unpack(packed)
  if (!Buffer.isBuffer(json)) throw refused(file, json)
  const parsed = parse(json)
  const made = (parsed as { schema?: unknown } | undefined)?.schema
  if (typeof made === 'number' && made > 1)
    throw refused(
      file,
      text('was made by a newer release: update this one', '是由較新的版本產生的：請更新目前的版本'),
    )
  const isEnvelope = validatorOf<Bundle>(schema)
  if (!isEnvelope(parsed)) {
    const [complaint] = complaintsOf(isEnvelope.errors ?? [])
    const { en, 'zh-TW': zh } = complaint?.sentence ?? text('no JSON', '不是 JSON')
    throw refused(
      file,
      text(`is not an evidence bundle (${cleanLine(en)})`, `不是證據檔（${cleanLine(zh)}）`),
    )
  }
  if (!isRecording(parsed.recording))
    throw refused(
      file,
      text('is not an evidence bundle (no recording in it)', '不是證據檔（裡面沒有錄下的內容）'),
    )
  return parsed
}

/** Reads no more than a bundle may be. */
export async function contentOf(file: string): Promise<Buffer> {
  try {
    // Before it is opened: to open a pipe that nobody writes to would take forever.
    const about = await stat(file)
    if (!about.isFile()) throw refused(file, text('is not a file', '不是檔案'))
    if (about.size > PACKED_MAX_BYTES) throw refused(file, tooLarge)
    return await readFile(file)
  } catch (cause) {
    if (cause instanceof BadCall) throw cause
    const { code } = cause as NodeJS.ErrnoException
    throw refused(
      file,
      code === 'ENOENT'
        ? text('is not there', '不存在')
        : text(`cannot be read (${code})`, `無法讀取（${code}）`),
    )
  }
}

function fromRecording(file: string, json: Buffer, lesson: string): Bundle {
  if (!isHarmlessJson(json)) throw refused(file, tooLarge)
  const recording = parse(json)
  if (!isRecording(recording)) throw refused(file, text('is not a recorded lab', '不是錄下的實驗環境'))
  return {
    schema: 1,
    student: basename(file, '.json').replace(/[^\w.-]/g, '_'),
    name: basename(file, '.json'),
    lesson,
    attempt: 1,
    startedAt: takenAt(recording),
    durationMs: 0,
    reached: 'lab',
    versions: { node: '', checker: '', lesson: '' },
    recording,
    judged: {},
  }
}

const takenAt = ({ takenAt }: Recording): string =>
  typeof takenAt === 'string' ? takenAt : new Date(0).toISOString()

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    return undefined
  }
}

const refused = (file: string, { en, 'zh-TW': zh }: Text): BadCall => {
  const name = cleanLine(file)
  return new BadCall(text(`${name} ${en}.`, `${name} ${zh}。`))
}
