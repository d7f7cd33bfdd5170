import type { PieceRan } from '../bundle/bundle.ts'
import { CannotLook } from '../core/errors.ts'
import { paceHere } from '../core/pace.ts'
import { factorOf } from '../core/patience.ts'
import { joined, same, text } from '../core/text.ts'
import type { Machine } from '../ssh/machine.ts'
import { begin, filesOf, type Limits, runOnNode } from './node-scripts.ts'
import type { Piece } from './parts.ts'

/** To send a piece, start it and hear of it, beside what it may take itself. */
const AROUND_MS = 30_000

/** Makes a node ready for pieces. CannotLook where it is not as it was made: somebody's work is on it. */
export async function beginOn(machine: Machine, limits: Limits): Promise<void> {
  const { code, stderr } = await machine.run(begin(limits), { deadlineMs: AROUND_MS })
  if (code === 0) return
  throw new CannotLook(
    text(
      `${machine.node} should be a fresh machine, but is not: ${stderr.trim()}`,
      `${machine.node} 應該是全新的機器，但並不是：${stderr.trim()}`,
    ),
    { where: machine.node },
  )
}

/**
 * Runs one piece as root, within limits, and resolves with how it ended: that it failed is a value. CannotLook where nobody
 * knows how it ended, or whether it began: what is there afterwards may not be what the commands make.
 */
export async function runPiece(
  machine: Machine,
  lesson: string,
  piece: Piece,
  number: number,
  limits: Limits,
): Promise<PieceRan> {
  // The node is a part of this computer: slow is what either of them is.
  const timeMs = limits.timeMs * Math.max(factorOf([machine]), await paceHere())
  const seconds = Math.ceil(timeMs / 1000)
  const files = filesOf(lesson, piece, limits, seconds)
  const { node, file, line } = piece
  try {
    const { stdout, stderr } = await machine.run(runOnNode(number, files, file, seconds), {
      deadlineMs: timeMs / factorOf([machine]) + AROUND_MS,
      input: files.scope + files.bash + files.piece,
    })
    const ran = readRan(stdout.toString('utf8'), piece)
    if (typeof ran === 'string') throw new CannotLook(same(ran || stderr), { where: node })
    return { node, file, line, ...ran }
  } catch (thrown) {
    if (!(thrown instanceof CannotLook)) throw thrown
    throw lost(piece, thrown)
  }
}

const lost = ({ node, file, line }: Piece, { reason, help }: CannotLook) =>
  new CannotLook(
    joined(
      [text(`${file}:${line} did not run to its end`, `${file}:${line} 沒有執行完`), reason],
      text(': ', '：'),
    ),
    { where: node, ...(help !== undefined && { help }) },
  )

/** Reads what runOnNode prints; of a piece that never began, why not. */
export function readRan(said: string, piece: Piece): Omit<PieceRan, 'node' | 'file' | 'line'> | string {
  const [, exit, hundredths, bytes, after = ''] = /^(\d+|time|-) (\d+) (\d+)\n(.*)$/s.exec(said) ?? []
  const lines = after.split('\n')
  const end = lines.indexOf('.')
  const lastOutput = lines.slice(end + 1).join('\n')
  if (exit === undefined || exit === '-' || end < 0) return lastOutput.trim()
  return {
    exit: exit === 'time' ? 'time' : Number(exit),
    durationMs: Number(hundredths) * 10,
    failed: lines.slice(0, end).flatMap(one => failedAt(one, piece)),
    lastOutput,
    outputBytes: Number(bytes),
  }
}

function failedAt(told: string, piece: Piece): PieceRan['failed'] {
  const [, exitCode, line] = /^(\d+) (\d+)$/.exec(told) ?? []
  if (exitCode === undefined || line === undefined) return []
  const text = piece.run.split('\n')[Number(line) - piece.line]?.trim() ?? ''
  return [{ line: Number(line), text: text.slice(0, 200), exitCode: Number(exitCode) }]
}
