/** The stream is no pcap capture, or its records cannot be. */
export class NotPcap extends Error {
  override name = 'NotPcap'
}

/** One captured frame, cut at the capture's snap length. */
export interface PcapRecord {
  /** LINKTYPE_ value of the capture: 1 Ethernet, 276 Linux cooked v2. */
  linkType: number
  /** Since the epoch, in ns. */
  timeNs: bigint
  /** How long the frame was on the wire, in bytes. */
  originalLength: number
  bytes: Buffer
}

const FILE_HEADER = 24
const RECORD_HEADER = 16
/** Largest record tcpdump(1) itself would write (MAXIMUM_SNAPLEN). */
const MAX_RECORD = 256 * 1024

/** Magic number as it reads in the file's own byte order → how long its time unit is, in ns. */
const UNIT_NS: Record<number, bigint> = { 2712847316: 1000n, 2712812621: 1n }

interface FileHeader {
  isLittleEndian: boolean
  unitNs: bigint
  linkType: number
}

/** Reads classic pcap (draft-ietf-opsawg-pcap) as it arrives, in either byte order, µs or ns. */
export class PcapReader {
  readonly #maxRecord: number
  #rest: Buffer = Buffer.alloc(0)
  #header: FileHeader | undefined

  /** `maxRecord`: what the capture was told to cut frames at; a longer record is none of it. */
  constructor(maxRecord = MAX_RECORD) {
    this.#maxRecord = maxRecord
  }

  /** True when bytes of a record that never became whole are left: the capture was cut. */
  get isCut(): boolean {
    return this.#rest.length > 0 || this.#header === undefined
  }

  /** The records that end in this chunk; throws NotPcap, after which the stream is of no use. */
  push(chunk: Buffer): PcapRecord[] {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    let at = 0
    if (!this.#header) {
      if (bytes.length >= 4) unitOf(bytes)
      if (bytes.length < FILE_HEADER) {
        this.#rest = bytes
        return []
      }
      this.#header = fileHeader(bytes)
      at = FILE_HEADER
    }
    const records: PcapRecord[] = []
    for (;;) {
      const record = recordAt(bytes, at, this.#header, this.#maxRecord)
      if (!record) break
      records.push(record)
      at += RECORD_HEADER + record.bytes.length
    }
    this.#rest = bytes.subarray(at)
    return records
  }
}

function unitOf(bytes: Buffer): { isLittleEndian: boolean; unitNs: bigint } {
  for (const isLittleEndian of [true, false]) {
    const unitNs = UNIT_NS[isLittleEndian ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0)]
    if (unitNs !== undefined) return { isLittleEndian, unitNs }
  }
  throw new NotPcap('no pcap magic number')
}

function fileHeader(bytes: Buffer): FileHeader {
  const { isLittleEndian, unitNs } = unitOf(bytes)
  const word = isLittleEndian ? bytes.readUInt32LE(20) : bytes.readUInt32BE(20)
  // The upper bits tell the length of a frame check sequence; the type is in the lower 16.
  return { isLittleEndian, unitNs, linkType: word & 0xffff }
}

function recordAt(bytes: Buffer, at: number, header: FileHeader, maxRecord: number): PcapRecord | undefined {
  if (bytes.length - at < RECORD_HEADER) return undefined
  const word = (offset: number) =>
    header.isLittleEndian ? bytes.readUInt32LE(at + offset) : bytes.readUInt32BE(at + offset)
  const length = word(8)
  if (length > maxRecord) throw new NotPcap(`a record of ${length} bytes`)
  const start = at + RECORD_HEADER
  if (bytes.length < start + length) return undefined
  return {
    linkType: header.linkType,
    timeNs: BigInt(word(0)) * 1_000_000_000n + BigInt(word(4)) * header.unitNs,
    originalLength: word(12),
    bytes: bytes.subarray(start, start + length),
  }
}
