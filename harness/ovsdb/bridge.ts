import { CannotLook } from '../judge/errors.ts'
import type { DatabaseName } from '../look/evidence.ts'
import { same, text } from '../say/text.ts'
import type { Machine, RemoteProcess } from '../ssh/machine.ts'
import { patient } from '../ssh/patience.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { Replica } from './replica.ts'
import { noAnswer, type Source } from './source.ts'

/** MicroOVN's snap; its releases name the folder of the central databases differently (its ovn.env, paths.go). */
const SNAP = '/var/snap/microovn/common/run'
/** What is built from source is here (`--prefix` of ./configure). */
const LOCAL = '/usr/local/var/run'
const central = (socket: string) =>
  // OVN kept its sockets in Open vSwitch's folder before 20.03. kolla-ansible and Kube-OVN share these very folders
  // between host and containers.
  ['/var/run/ovn', '/var/run/openvswitch', `${SNAP}/ovn`, `${SNAP}/central`, `${LOCAL}/ovn`].map(
    folder => `${folder}/${socket}`,
  )

/** Where the servers may listen; the first of these that is there is asked. */
export const SOCKETS: Record<DatabaseName, string[]> = {
  OVN_Northbound: central('ovnnb_db.sock'),
  OVN_Southbound: central('ovnsb_db.sock'),
  Open_vSwitch: ['/var/run/openvswitch', `${SNAP}/switch`, `${LOCAL}/openvswitch`].map(
    folder => `${folder}/db.sock`,
  ),
}

const NO_SOCKET = 66
const NO_TOOL = 69

/*
 * Both programs end at once when stdin ends, also while the server hangs; nc and socat wait for it, so they
 * come after. perl-base is on every Debian and Ubuntu, and starts in a few milliseconds.
 */
const PERL = `use Socket;
my $s; socket($s, PF_UNIX, SOCK_STREAM, 0) && connect($s, pack_sockaddr_un($ARGV[0])) or die "$!\\n";
my ($in, $net, $ready, $data) = (fileno(STDIN), fileno($s)); my $set = ""; vec($set, $in, 1) = vec($set, $net, 1) = 1;
sub put { my ($to, $at) = ($_[0], 0); while ($at < length $data) { $at += syswrite($to, $data, length($data) - $at, $at) || exit 0 } }
while (select($ready = $set, undef, undef, undef) >= 0) {
  if (vec($ready, $net, 1)) { sysread($s, $data, 65536) || exit 0; put(\\*STDOUT) }
  if (vec($ready, $in, 1)) { sysread(STDIN, $data, 65536) || exit 0; put($s) }
}`
const PYTHON = `import os, select, socket, sys
s = socket.socket(socket.AF_UNIX)
try: s.connect(sys.argv[1])
except OSError as e: sys.exit(e.strerror)
while True:
    ready = select.select([0, s], [], [])[0]
    if s in ready:
        data = s.recv(65536)
        if not data: break
        while data: data = data[os.write(1, data):]
    if 0 in ready:
        data = os.read(0, 65536)
        if not data: break
        s.sendall(data)`

/** A POSIX shell script that joins its stdin and stdout to the first of the sockets that is there. */
export const bridgeScript = (sockets: string[]): string => `socket=
for path in ${sockets.map(shellQuote).join(' ')}; do if [ -S "$path" ]; then socket=$path; break; fi; done
[ -n "$socket" ] || exit ${NO_SOCKET}
has() { command -v "$1" >/dev/null 2>&1; }
if has perl; then exec perl -e ${shellQuote(PERL)} "$socket"
elif has python3; then exec python3 -c ${shellQuote(PYTHON)} "$socket"
elif has socat; then exec socat -t 0 - "UNIX-CONNECT:$socket"
elif has nc && nc -h 2>&1 | grep -q -e '-U' && nc -h 2>&1 | grep -q -e '-q'; then exec nc -q 0 -U "$socket"
fi
exit ${NO_TOOL}`

/** Opens a copy of a node's database over its unix socket. Rejects with CannotLook, within the deadline. */
export async function openDatabase(
  machine: Machine,
  database: DatabaseName,
  { deadlineMs, sockets = SOCKETS[database] }: { deadlineMs: number; sockets?: string[] },
): Promise<Replica> {
  const source = { node: machine.node, database }
  const process = await machine.start(bridgeScript(sockets), { stdin: 'data' })
  const complaint = lastLineOf(process.stderr)
  try {
    return await Replica.open(process.stdio, source, patient(deadlineMs, machine))
  } catch (thrown) {
    throw (await whyNotBridged(process, source, sockets, complaint)) ?? thrown
  }
}

/** What the script itself says was missing; undefined where it did its part. */
async function whyNotBridged(
  { exited }: RemoteProcess,
  source: Source,
  sockets: string[],
  complaint: () => string,
): Promise<CannotLook | undefined> {
  // The stream is over; its exit code is a moment behind it, unless the node itself is gone.
  const exit = await Promise.race([exited.catch(() => undefined), soon()])
  if (exit?.code === NO_SOCKET)
    return noAnswer(source, text(`there is no socket ${sockets[0]}`, `沒有 ${sockets[0]} 這個 socket`))
  if (exit?.code === NO_TOOL)
    return new CannotLook(
      text(
        `${source.node} has none of perl, python3, socat and nc -U, and one is needed to ask its databases`,
        `${source.node} 上沒有 perl、python3、socat，也沒有 nc -U；查詢資料庫需要其中一個`,
      ),
      { where: source.node, help: `sudo apt install perl-base   # on ${source.node}` },
    )
  return exit?.code && complaint() ? noAnswer(source, same(complaint())) : undefined
}

const soon = () => new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), 200))

const COMPLAINT_MAX = 200

/** Reads a stream away and keeps the end of it. */
function lastLineOf(stream: NodeJS.ReadableStream): () => string {
  let tail = ''
  stream.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4096)
  })
  return () => tail.trim().split('\n').at(-1)!.slice(0, COMPLAINT_MAX)
}
