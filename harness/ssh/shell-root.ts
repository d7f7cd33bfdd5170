import { randomBytes } from 'node:crypto'
import type { CannotLook } from '../core/errors.ts'
import { within } from '../core/within.ts'
import { afterMark, type Prelude } from './after-mark.ts'
import { SYSTEM_PATH } from './agent-program.ts'
import type { Channels } from './channels.ts'
import type { Exit } from './machine.ts'
import { connectByPython } from './python-connect.ts'
import { AFTER_DATA_MS, type Root, type Running, type Stdin } from './root.ts'
import { politely, shellQuote } from './root-shell.ts'
import { noPerl } from './run-reasons.ts'
import { tailOf } from './tail.ts'

/** How long a process that got SIGTERM may take before SIGKILL. */
const GRACE_SECONDS = 2
/** What ended without its mark is over by then, or hangs. */
const EXIT_WAIT_MS = 1_000

/*
 * The way for a node without perl: one channel, one sudo and these helpers for each script. Whatever happens to us,
 * sshd closes the standard input of what we run, and does nothing else; so something has to read that end:
 *
 *   keeper ── job (its own process group) ── script
 *                └─ feeder (another group): hands stdin on; at its end TERM to the job's group, later KILL
 *
 * The feeder tells its group in its first line, so that the job can end it when the script ends by itself;
 * fd 4 is the script's standard error, fd 2 takes what a shell says about processes it saw killed.
 * Who reads this may be a shell that a start-up file went over to, and never was root; then nothing here may count as seen.
 * No `set -m`: dash refuses it without a terminal. `kill -s KILL --`: after `kill -KILL` dash takes the `--` for a process.
 */
const keeper = (mark: string): string => `uid=$(id -u)
[ "\${uid:-0}" = 0 ] || { echo "it has uid $uid, not that of root" >&2; exit 1; }
exec 3<&0
printf %s%s ${mark.slice(0, 16)} ${mark.slice(16)}
LC_ALL=C; PATH="${SYSTEM_PATH}:$PATH:/usr/local/sbin"; export LC_ALL PATH
setsid sh -c "$1" ovn-lab "$2" "$3" <&3 3<&- &
job=$!
exec 3<&- </dev/null
wait "$job"; code=$?
kill -s KILL -- "-$job" 2>/dev/null
exit "$code"`

const jobScript = (stdin: Stdin): string => `trap : TERM
exec 4>&2 2>/dev/null
setsid sh -c "$1" ovn-lab "$$" 4>&- | {
trap : TERM
read -r feeder
sh -c "$2" ovn-lab 2>&4 4>&-${stdin === 'watch' ? ' </dev/null' : ''}
code=$?
kill -s KILL -- "-$feeder"
exit "$code"
}`

const feederScript = (stdin: Stdin, lifeMs: number | undefined): string => {
  const wait =
    lifeMs === undefined
      ? 'cat'
      : `if command -v timeout >/dev/null; then timeout --foreground ${Math.ceil(lifeMs / 1000)} cat; else cat; fi`
  const feed = () => {
    if (stdin === 'watch') return `exec >/dev/null; ${wait}`
    if (stdin === 'data') return `${wait}; exec >/dev/null; sleep ${AFTER_DATA_MS / 1000}`
    return `head -c ${Buffer.byteLength(stdin.input)}; exec >/dev/null; ${wait}`
  }
  return `echo "$$"
${feed()}
kill -s TERM -- "-$1"; sleep ${GRACE_SECONDS}; kill -s KILL -- "-$1"`
}

/** Runs scripts as root over channels of their own. `whySilent`: what an end or a silence before the mark comes to. */
export function shellRoot(
  channels: Channels,
  commandLine: (words: string) => string,
  options: { node: string; openMs: number; whySilent: (exit: Exit | undefined, words: string) => CannotLook },
): Root {
  const start: Root['start'] = async (script, { stdin, lifeMs, isPerl }): Promise<Running> => {
    if (isPerl) throw noPerl(options.node)
    const mark = randomBytes(16).toString('hex')
    const words = [jobScript(stdin), feederScript(stdin, lifeMs), politely(script)].map(shellQuote)
    const program = `set -- ${words.join(' ')}\n${keeper(mark)}`
    // Exactly so many bytes: what follows them is for the script.
    const line = commandLine(`sh -c 'eval "$(head -c ${Buffer.byteLength(program)})"'`)
    const { channel, exited, closed } = await channels.open(line, options.openMs)
    channel.write(typeof stdin === 'object' ? program + stdin.input : program)
    const prelude: Prelude = { said: '', isTooLong: false }
    const complaint = tailOf(channel.stderr)
    if (await within(options.openMs, afterMark(channel, mark, prelude)))
      return { stdio: channel, stderr: channel.stderr, exited, closed }
    channel.close()
    const exit = await within(EXIT_WAIT_MS, closed)
    throw options.whySilent(exit, complaint() || prelude.said)
  }
  return {
    start,
    ended: channels.lost.then(() => ({ code: null })),
    connect: sockets => connectByPython(start, sockets),
  }
}
