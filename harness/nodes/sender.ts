import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** From here on it is the shell, or a signal, that speaks, not the program. */
export const NOT_OF_PROGRAM = 126

/** What sends the packets: the program, the Debian package that has it, and how it tells its version. */
interface Program {
  name: string
  package: string
  version: string
}
export const PING: Program = { name: 'ping', package: 'iputils-ping', version: 'ping -V' }
/** Which begins connections of TCP. */
export const PERL: Program = { name: 'perl', package: 'perl-base', version: 'perl -v' }

/** Why a program came to no result, by the code that it ended with (undefined: it told nothing) and its last line. */
export function whyNone(node: string, program: Program, code: number | undefined, said: string): CannotLook {
  const { name } = program
  if (code === 127 || code === NOT_OF_PROGRAM)
    return new CannotLook(text(`${node} has no working ${name}`, `${node} 上沒有可以執行的 ${name}`), {
      where: node,
      help: `sudo apt install ${program.package}   # on ${node}`,
    })
  const why = said || (code === undefined ? 'no output' : `exit code ${code}`)
  return new CannotLook(
    text(
      `${name} on ${node} ended without a result: ${why}`,
      `${node} 上的 ${name} 沒有結果就結束了：${why}`,
    ),
    { where: node, help: `${program.version}   # on ${node}` },
  )
}
