import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { stateFolder } from '../core/state-folder.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { assertWritable, writeReport } from '../tell/report-file.ts'
import { whyNotWritten } from '../tell/unwritable.ts'
import type { Topology } from '../topology/topology.ts'
import { isNodeState, type NodeState } from './state.ts'

/** The state of a lab, to come back to. */
export interface Checkpoint {
  schema: 1
  name: string
  /** ISO 8601, UTC. */
  savedAt: string
  lesson: string
  lab: string
  /** The machines that it fits. */
  topology: Topology
  nodes: Record<string, NodeState>
  /** Of all that is restored, SHA-256 in hexadecimal; absent in older checkpoints. */
  digest?: string
}

/** Not a name that a lab can have: a user's own labs have folders beside it. */
const folder = (): string => join(stateFolder(), 'checkpoints.d')
const fileOf = (name: string): string => join(folder(), `${name}.json`)

/** Throws BadCall where a checkpoint cannot be called so, or one is. */
export function assertNewName(name: string): void {
  if (!/^[A-Za-z0-9][\w.-]{0,59}$/.test(name))
    throw new BadCall(
      text(
        `"${cleanLine(name)}" cannot be the name of a checkpoint: use letters, digits, dot, hyphen and underscore.`,
        `「${cleanLine(name)}」不能當作存檔點的名稱：請用英文字母、數字、點、連字號和底線。`,
      ),
    )
  if (fs.existsSync(fileOf(name)))
    throw new BadCall(
      text(
        `There is a checkpoint "${name}" already, and it stays: choose another name.`,
        `已經有名為「${name}」的存檔點，不會覆蓋：請換一個名稱。`,
      ),
    )
}

/** A name that no checkpoint has yet: with the second of now, and a number where that is not enough. */
export function freeName(lead: string, now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`
  const name = `${lead}-${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}-${n}`
    if (!fs.existsSync(fileOf(tried))) return tried
  }
}

/** Writes a checkpoint, whole or not at all. BadCall where it cannot be written. */
export async function storeCheckpoint(checkpoint: Checkpoint): Promise<void> {
  const file = fileOf(checkpoint.name)
  try {
    await assertWritable(file)
    writeReport(file, `${JSON.stringify({ ...checkpoint, digest: digestOf(checkpoint) })}\n`)
    fs.chmodSync(file, 0o600)
  } catch (thrown) {
    const { code } = ((thrown as Error).cause ?? thrown) as NodeJS.ErrnoException
    throw code === undefined ? thrown : Object.assign(notStored(file, code), { cause: thrown })
  }
}

function notStored(file: string, code: string): BadCall {
  const [name, why] = [cleanLine(file), whyNotWritten(code)]
  return new BadCall(
    text(
      `The checkpoint cannot be written to ${name}: ${why.en}. Nothing was saved, and nothing in the lab was changed.`,
      `無法把存檔點寫到 ${name}：${why['zh-TW']}。沒有存檔，實驗環境也沒有改變。`,
    ),
  )
}

/** The checkpoint of this name. BadCall where there is none, or it cannot be read. */
export function loadCheckpoint(name: string): Checkpoint {
  const checkpoint = read(`${name}.json`)
  if (checkpoint) return checkpoint
  if (name.includes('/') || !fs.existsSync(fileOf(name))) {
    const names = listCheckpoints().checkpoints.map(one => one.name)
    throw new BadCall(
      text(
        `There is no checkpoint "${cleanLine(name)}".${names.length > 0 ? ` Checkpoints: ${names.join(', ')}.` : ''}`,
        `沒有名為「${cleanLine(name)}」的存檔點。${names.length > 0 ? `現有存檔點：${names.join('、')}。` : ''}`,
      ),
    )
  }
  throw new BadCall(
    text(
      `${cleanLine(fileOf(name))} cannot be read as a checkpoint; it was left as it is.`,
      `無法把 ${cleanLine(fileOf(name))} 讀成存檔點；檔案沒有更動。`,
    ),
  )
}

/** All checkpoints, oldest first, and files that cannot be read as one. */
export function listCheckpoints(): { checkpoints: Checkpoint[]; broken: string[] } {
  const files = fs.existsSync(folder())
    ? fs.readdirSync(folder()).filter(name => /^[^.].*\.json$/.test(name))
    : []
  const all = files.map(file => ({ file, checkpoint: read(file) }))
  return {
    checkpoints: all
      .flatMap(({ checkpoint }) => checkpoint ?? [])
      .sort((one, other) => one.savedAt.localeCompare(other.savedAt)),
    broken: all.filter(({ checkpoint }) => !checkpoint).map(({ file }) => join(folder(), file)),
  }
}

function read(file: string): Checkpoint | undefined {
  if (file.includes('/')) return undefined
  try {
    const value = JSON.parse(fs.readFileSync(join(folder(), file), 'utf8')) as Checkpoint
    const isWhole =
      value.schema === 1 &&
      [value.name, value.savedAt, value.lesson, value.lab].every(word => typeof word === 'string') &&
      typeof value.nodes === 'object' &&
      Object.values(value.nodes).every(isNodeState) &&
      typeof value.topology?.nodes === 'object' &&
      (value.digest === undefined || value.digest === digestOf(value))
    return isWhole && `${value.name}.json` === file ? value : undefined
  } catch {
    return undefined
  }
}

/** Of what is restored, and where: a file that was changed by anything but us is not. */
const digestOf = ({ lesson, lab, topology, nodes }: Checkpoint): string =>
  createHash('sha256')
    .update(JSON.stringify([lesson, lab, topology, nodes]))
    .digest('hex')
