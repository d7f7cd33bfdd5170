import { SHELL_STOPPER } from './agent-program.ts'

/** What a connection is for, where it changes nothing on the node: it looks once, or for as long as it is open. */
export type Role = 'looks' | 'watches'

/** How the command of an agent begins, word by word: so it is known among the processes of a node. */
export const AGENT_BEGINS = ['perl', '-C0', '-e', 'until(length'] as const

/**
 * The words that read `program` from standard input and run it: one line that bash, dash, zsh, fish and tcsh take
 * alike (no newline, and neither `!` nor a backslash within the quotes), all of it that sudo writes to the journal. Its last
 * word is the role, which whoever lists the processes of the node sees.
 */
export const agentCommand = (program: string, role?: Role): string => {
  const length = Buffer.byteLength(program)
  const [perl, option, flag, until] = AGENT_BEGINS
  const read = `${until}$p>=${length}){sysread(STDIN,$p,${length}-length$p,length$p)or exit}`
  return `${perl} ${option} ${flag} '${read}eval substr$p,${SHELL_STOPPER.length};die$@if$@'${role ? ` ${role}` : ''}`
}
