/** Quotes one word for a POSIX shell: nothing inside the quotes is special (POSIX.1-2017, XCU 2.2.2). */
export const shellQuote = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/**
 * What the remote script reads from its standard input.
 * `bytes`: the first `length` bytes of the channel, then its end. `data`: the whole channel.
 * `watch`: nothing; the channel only tells that we are still there.
 */
export type StdinMode = { kind: 'bytes'; length: number } | { kind: 'data' } | { kind: 'watch' }

/** Longest script we pass as one argument; Linux allows 128 KiB (MAX_ARG_STRLEN, execve(2)). */
const SCRIPT_BYTES_MAX = 100 * 1024

/** How long a process that got SIGTERM may take before SIGKILL. */
const GRACE_SECONDS = 2

/*
 * Whatever happens to us (Ctrl-C, kill -9, a cut cable that sshd notices), sshd closes the standard input of
 * what we run, and does nothing else. So something on the other side has to read that end and act on it:
 *
 *   keeper ── job (its own process group) ── script
 *                └─ feeder (another group): hands stdin on; at its end TERM to the job's group, later KILL
 *
 * The feeder tells its group in its first line, so that the job can end it when the script ends by itself;
 * fd 4 is the script's standard error, fd 2 takes what a shell says about processes it saw killed.
 * SIGTERM, not SIGINT: POSIX makes a background job of a shell ignore SIGINT, and tcpdump(8) prints its
 * counters on either. No `set -m`: dash refuses it without a terminal. `kill -s KILL --`: after `kill -KILL`
 * dash takes the `--` for a process.
 */
const KEEPER = `exec 3<&0
LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export LC_ALL PATH
setsid sh -c "$1" ovn-lab "$2" "$3" <&3 3<&- &
job=$!
exec 3<&- </dev/null
wait "$job"; code=$?
kill -s KILL -- "-$job" 2>/dev/null
exit "$code"`

const jobScript = (stdin: StdinMode): string => `trap : TERM
exec 4>&2 2>/dev/null
setsid sh -c "$1" ovn-lab "$$" 4>&- | {
trap : TERM
read -r feeder
sh -c "$2" ovn-lab 2>&4 4>&-${stdin.kind === 'watch' ? ' </dev/null' : ''}
code=$?
kill -s KILL -- "-$feeder"
exit "$code"
}`

const feederScript = (stdin: StdinMode, lifeMs: number | undefined): string => {
  const lifeSeconds = lifeMs === undefined ? undefined : Math.ceil(lifeMs / 1000)
  // A cut cable ends no channel until sshd's own keepalive does; the life ends it on the machine itself.
  const wait =
    lifeSeconds === undefined
      ? 'cat'
      : `if command -v timeout >/dev/null; then timeout --foreground ${lifeSeconds} cat; else cat; fi`
  const feed = {
    bytes: stdin.kind === 'bytes' ? `head -c ${stdin.length}; exec >/dev/null; ${wait}` : '',
    data: `${wait}; exec >/dev/null; sleep 1`,
    watch: `exec >/dev/null; ${wait}`,
  }[stdin.kind]
  return `echo "$$"
${feed}
kill -s TERM -- "-$1"; sleep ${GRACE_SECONDS}; kill -s KILL -- "-$1"`
}

/**
 * The command line that runs `script` as root, for an ssh exec request: directly for root, else through
 * `sudo -n` (sudo(8)). The script and all its children end when the channel's stdin ends, or `lifeMs` later.
 * The exit code is the script's; 143 when it was asked to stop.
 */
export function rootCommand(
  user: string,
  script: string,
  options: { stdin: StdinMode; lifeMs?: number },
): string {
  if (script.includes('\0')) throw new Error('a shell script cannot hold a NUL')
  if (Buffer.byteLength(script) > SCRIPT_BYTES_MAX)
    throw new Error(`a script of more than ${SCRIPT_BYTES_MAX} bytes does not fit on a command line`)
  // The trap lets the shell wait for the command it runs when both get SIGTERM, and not go on to the next.
  const polite = `trap 'exit 143' TERM\n${script}`
  const argv = ['sh', '-c', KEEPER, 'ovn-lab', jobScript(options.stdin)]
  argv.push(feederScript(options.stdin, options.lifeMs), polite)
  if (user !== 'root') argv.unshift('sudo', '-n')
  return argv.map(shellQuote).join(' ')
}
