import type { PieceRan, Submitted } from '../bundle/bundle.ts'
import { joined, same, type Text, text } from '../core/text.ts'
import { clean, cleanLine } from '../tell/clean.ts'

const LAST_LINES = 3
/** Of a command that is not there (bash(1), EXIT STATUS). */
const NOT_FOUND = 127

/** What bash and other shells say where no process can be started any more. */
const NO_PROCESSES = /\bfork: .*(?:temporarily unavailable|Cannot allocate memory)|Cannot fork\b/i

/** Sentences about how what was handed in ran, cleaned: nothing for a piece in which every command ended well. */
export const tellRan = ({ ran }: Submitted): Text[] => ran.flatMap(tellPiece)

function tellPiece({ node, file, line, exit, durationMs, failed, lastOutput }: PieceRan): Text[] {
  // bash notes each command of a line that failed, and has only the line's number to say which.
  const once = [...new Map(failed.map(one => [`${one.line} ${one.exitCode}`, one])).values()]
  const commands = once.map(one => {
    const command = cleanLine(one.text, { limit: 200 })
    const why =
      one.exitCode === NOT_FOUND ? text(' (there is no such command)', '（沒有這個指令）') : same('')
    return text(
      `${file}:${one.line}: "${command}" ended with exit code ${one.exitCode}${why.en}`,
      `${file}:${one.line}：「${command}」以結束代碼 ${one.exitCode} 結束${why['zh-TW']}`,
    )
  })
  if (NO_PROCESSES.test(lastOutput))
    commands.push(
      text(
        `${file}:${line}: no more processes could be started on ${node}, as too many were running: other commands may have started them, before this or on another node`,
        `${file}:${line}：${node} 上執行的程式太多，無法再啟動程式；可能是更早的指令，或其他節點上的指令啟動的`,
      ),
    )
  const isStopped = exit === 'time'
  if (exit === 0) return commands
  const seconds = Math.round(durationMs / 1000)
  const end = isStopped
    ? text(
        `${file}:${line} was still running after ${seconds} s and was stopped, with all it had started`,
        `${file}:${line} 執行了 ${seconds} 秒還沒結束，已連同它啟動的一切停止`,
      )
    : text(`${file}:${line} ended with exit code ${exit}`, `${file}:${line} 以結束代碼 ${exit} 結束`)
  const said = clean(lastOutput, { limit: 1000 }).trim().split('\n').slice(-LAST_LINES).join('\n')
  return [
    ...commands,
    said === ''
      ? end
      : joined(
          [end, text('; the last lines of its output:', '；輸出的最後幾行：'), same(`\n${said}`)],
          same(''),
        ),
  ]
}
