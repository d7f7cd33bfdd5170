/** Quotes one word for a POSIX shell: nothing inside the quotes is special (POSIX.1-2017, XCU 2.2.2). */
export const shellQuote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** Longest script we pass as one argument; Linux allows 128 KiB (MAX_ARG_STRLEN, execve(2)). */
const SCRIPT_BYTES_MAX = 100 * 1024

/** The script, with a shell that waits for the command it runs when both get SIGTERM, and does not go on to the next. */
export function politely(script: string): string {
  if (script.includes('\0')) throw new Error('a shell script cannot hold a NUL')
  if (Buffer.byteLength(script) > SCRIPT_BYTES_MAX)
    throw new Error(`a script of more than ${SCRIPT_BYTES_MAX} bytes does not fit on a command line`)
  return `trap 'exit 143' TERM\n${script}`
}

/**
 * A script whose programs in a namespace are looks of ours, and none that a learner runs: they have this word in their environment
 * (proc_pid_environ(5)), which a checkpoint asks for (collect.sh).
 */
export const asLook = (script: string): string => `export OVN_LAB_LOOK=1\n${script}`

/** An ssh exec request that any login shell takes, and sudo's journal in one line: it runs `words` as root. */
export const asRoot = (user: string, words: string): string =>
  `env LC_ALL=C ${user === 'root' ? '' : 'sudo -n '}${words}`
