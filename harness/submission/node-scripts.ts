import type { Piece } from './parts.ts'

/** What a piece may take of the machine it runs on. */
export interface Limits {
  /** Of one piece, on a machine of usual speed. What has started by then is ended with it. */
  timeMs: number
  /** Of all pieces together, by the grader's clock, on a machine of usual speed. */
  totalMs: number
  /** Of a piece's standard output and error together; more is thrown away. */
  outputBytes: number
  /** Processes and threads of all pieces on one node together, those in the background included. */
  tasks: number
  memoryMib: number
}

export const USUAL_LIMITS: Limits = {
  timeMs: 120_000,
  totalMs: 600_000,
  outputBytes: 2 ** 20,
  tasks: 512,
  memoryMib: 256,
}

const FOLDER = '/run/ovn-lab-submission'
const SLICE = 'ovn-lab-submission.slice'

/**
 * Makes a node ready for what was handed in: all of it will be in one slice, with limits (systemd.resource-control(5)).
 * Ends with an error where anything was ever handed in to this node, or somebody has made a namespace there: it is not fresh.
 */
export const begin = ({ tasks, memoryMib }: Limits): string => `mkdir ${FOLDER} || exit
[ -z "$(ls -A /run/netns 2>/dev/null)" ] || { echo "there are namespaces already" >&2; exit 1; }
mkdir -p /run/systemd/system && printf '%s\\n' '[Slice]' TasksMax=${tasks} MemoryMax=${memoryMib}M MemorySwapMax=0 CPUWeight=20 \\
  >/run/systemd/system/${SLICE}`

/** The files of a piece, in the order in which they are sent to the node. */
export interface PieceFiles {
  scope: string
  bash: string
  piece: string
}

/** What runs in the scope: $1 is the folder. Output is read to its end, so that nothing in the background is ever stopped by it. */
const scopeFile = (outputBytes: number, seconds: number) => `mkfifo "$1/output"
setsid sh -c 'stdbuf -o0 head -c ${outputBytes} >"$0/said"; wc -c >"$0/more"' "$1" <"$1/output" >/dev/null 2>&1 &
: >"$1/started"
exec timeout -k 1 ${seconds} bash "$1/bash" "$1" >"$1/output" 2>&1 </dev/null
`

/**
 * What bash does: the learner's PATH and helper functions, then the piece, as if it were typed. A command that ends with an
 * error is noted with its line and is no end, as at a prompt; `set -e` is for students to choose, or what solution.yaml means.
 */
const bashFile = (lesson: string, file: string, stopsAtError: boolean) => `cd /root
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
[ ! -e /opt/ovn-lab/${lesson}/helper.sh ] || . /opt/ovn-lab/${lesson}/helper.sh
_ovnlab_piece=$1/${file}
shift
exec 9>"\${_ovnlab_piece%/*}/failed"
trap '_ovnlab_code=$?; [[ \${BASH_SOURCE[0]} != "$_ovnlab_piece" ]] || echo "$_ovnlab_code $LINENO" >&9' ERR
${stopsAtError ? 'set -e' : ''}
. "$_ovnlab_piece"
`

/** Lines before the piece are there as empty ones, so that bash's own numbers are those of the file. */
export const filesOf = (lesson: string, piece: Piece, limits: Limits, seconds: number): PieceFiles => ({
  scope: scopeFile(limits.outputBytes, seconds),
  bash: bashFile(lesson, piece.file, piece.stopsAtError),
  piece: `${'\n'.repeat(piece.line - 1)}${piece.run}\n`,
})

/** What of a piece comes back with it. */
export const LAST_BYTES = 4096
export const FAILED_MAX = 20

/**
 * Runs a piece whose files come on standard input. Prints its exit code, `time` where its time was over or `-` where it
 * never began; hundredths of a second; bytes of output; a line `CODE LINE` for each command that failed; `.`; the end of its output.
 * Whatever it leaves in the background goes on, for a network may need it.
 */
export const runOnNode = (number: number, { scope, bash }: PieceFiles, file: string, seconds: number) => `
n=${FOLDER}/${number} unit=ovn-lab-submission-${number}.scope
mkdir "$n" && head -c ${Buffer.byteLength(scope)} >"$n/scope" && head -c ${Buffer.byteLength(bash)} >"$n/bash" && cat >"$n/${file}" || exit
now() { read -r up _ </proc/uptime; echo "\${up%.*}\${up#*.}"; }
exec 2>/dev/null
from=$(now)
systemd-run --quiet --scope --collect --unit="$unit" --slice=${SLICE} sh "$n/scope" "$n" </dev/null >/dev/null 2>"$n/refused"
code=$?
took=$(($(now) - from))
if [ ! -e "$n/started" ]; then
  code=-
  cp "$n/refused" "$n/said"
elif { [ $code -eq 124 ] || [ $code -eq 137 ]; } && [ $took -ge ${seconds}00 ]; then
  code=time
  systemctl kill --signal=KILL "$unit" 2>/dev/null
fi
# The reader may be behind; what goes on in the background may keep it waiting.
i=0
while [ $i -lt 20 ] && [ ! -s "$n/more" ]; do sleep 0.05 || break; i=$((i + 1)); done
bytes=0
for count in "$(wc -c <"$n/said")" "$(cat "$n/more")"; do bytes=$((bytes + \${count:-0})); done
echo "$code $took $bytes"
head -n ${FAILED_MAX} "$n/failed"
echo .
tail -c ${LAST_BYTES} "$n/said"
exit 0
`
