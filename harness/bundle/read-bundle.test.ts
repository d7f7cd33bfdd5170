import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { newFolder, sentenceOf, someBundle } from './bundle.testing.ts'
import { PACKED_MAX_BYTES, packBundle, UNPACKED_MAX_BYTES } from './pack.ts'
import { readBundle } from './read-bundle.ts'

/** What is said of a file with this content, without its name. */
async function refusalOf(content: string | Buffer, name = 's01.1.json.gz'): Promise<string> {
  const file = join(newFolder(), name)
  writeFileSync(file, content)
  const sentence = await sentenceOf(() => readBundle(file))
  expect(sentence.startsWith(`${file} `)).toBe(true)
  return sentence.slice(file.length + 1)
}

const packed = await packBundle(someBundle())
const packedJson = (json: string) => gzipSync(json)
const TOO_LARGE = 'is larger than an evidence bundle can be, or unpacks to more than a bundle can hold.'

describe('a bundle', () => {
  it('is read as it was stored', async () => {
    const file = join(newFolder(), 's01.1.json.gz')
    writeFileSync(file, packed)
    expect(await readBundle(file)).toEqual(someBundle())
  })

  it.each([0, 1, 5, 40, packed.length - 1])('cut off after %i bytes says so', async length => {
    expect(await refusalOf(packed.subarray(0, length))).toBe('is cut off: copy the whole file again.')
  })

  it('altered in its middle says so', async () => {
    const altered = Buffer.from(packed)
    altered[60] = (altered[60] ?? 0) ^ 0xff
    expect(await refusalOf(altered)).toMatch(/^is (damaged or was altered|cut off.*)\.$/)
    const checksum = Buffer.from(packed)
    checksum[packed.length - 6] = (checksum[packed.length - 6] ?? 0) ^ 1
    expect(await refusalOf(checksum)).toBe('is damaged or was altered.')
  })

  it('that is none says what it is', async () => {
    expect(await refusalOf('PK\u0003\u0004')).toBe('is not an evidence bundle (no gzip file).')
    expect(await refusalOf(packedJson('no JSON'))).toMatch(/^is not an evidence bundle \(/)
    expect(await refusalOf(packedJson('{"schema":1}'))).toBe(
      'is not an evidence bundle (the file has no `student`).',
    )
    const odd = { ...someBundle(), student: '../s01' }
    expect(await refusalOf(packedJson(JSON.stringify(odd)))).toBe(
      'is not an evidence bundle (`student` does not look right, it is: letters, digits, dot, dash and underscore).',
    )
    const hollow = { ...someBundle(), recording: { schema: 1 } }
    expect(await refusalOf(packedJson(JSON.stringify(hollow)))).toBe(
      'is not an evidence bundle (no recording in it).',
    )
  })

  it('of a newer release asks for an update', async () => {
    expect(await refusalOf(packedJson('{"schema":2,"students":[]}'))).toBe(
      'was made by a newer release: update this one.',
    )
  })

  it('that is not there, or is a folder, says so', async () => {
    const folder = newFolder()
    expect(await sentenceOf(() => readBundle(folder))).toBe(`${folder} is not a file.`)
    const missing = join(folder, 'missing.json.gz')
    expect(await sentenceOf(() => readBundle(missing))).toBe(`${missing} is not there.`)
  })
})

describe('a bomb', () => {
  it('that unpacks to more than a bundle holds is not unpacked', async () => {
    // Several parts one after the other are one gzip file (RFC 1952, section 2.2).
    const part = gzipSync(Buffer.alloc(UNPACKED_MAX_BYTES / 16, ' '), { level: 1 })
    expect(await refusalOf(Buffer.concat(Array.from({ length: 17 }, () => part)))).toBe(TOO_LARGE)
  })

  it.each([
    ['nested lists', '['.repeat(1_000_000)],
    ['nested maps', '{"a":'.repeat(1_000_000)],
    ['values without number', `[${'[],'.repeat(5_000_000)}[]]`],
  ])('of %s is not parsed', async (_, json) => {
    expect(await refusalOf(packedJson(json))).toBe(TOO_LARGE)
  })

  it('is no bundle with brackets in its words', async () => {
    const bundle = someBundle('s01', { judged: { ['[{\\"'.repeat(1000)]: { verdict: 'fails' } } })
    const file = join(newFolder(), 's01.1.json.gz')
    writeFileSync(file, await packBundle(bundle))
    expect(await readBundle(file)).toEqual(bundle)
  })

  it('is not stored either', async () => {
    const deep = JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as unknown
    const request = { look: 'kernel', node: 'controller' } as const
    const recording = { ...someBundle().recording, answers: [{ request, evidence: deep }] }
    expect(await sentenceOf(() => packBundle(someBundle('s01', { recording })))).toBe(
      'What was seen of s01 in day-06 is more than a bundle may hold.',
    )
  })

  it('of more than a file may have is not even read', async () => {
    const file = join(newFolder(), 's01.1.json.gz')
    writeFileSync(file, packed)
    truncateSync(file, PACKED_MAX_BYTES + 1)
    expect(await sentenceOf(() => readBundle(file))).toBe(`${file} ${TOO_LARGE}`)
  })
})

describe('a plain recording', () => {
  it('is taken as a student called like its file', async () => {
    const file = join(checkout, 'lessons/day-06/recordings/switch.json')
    const bundle = await readBundle(file, { lesson: 'day-06' })
    expect(bundle).toMatchObject({ student: 'switch', lesson: 'day-06', attempt: 1, judged: {} })
    expect(bundle.startedAt).toBe(bundle.recording.takenAt)
    expect(await sentenceOf(() => readBundle(file))).toMatch(/no gzip file/)
  })

  it('that is none is refused', async () => {
    const file = join(newFolder(), 'odd.json')
    writeFileSync(file, '{}')
    expect(await sentenceOf(() => readBundle(file, { lesson: 'day-06' }))).toBe(
      `${file} is not a recorded lab.`,
    )
  })
})
