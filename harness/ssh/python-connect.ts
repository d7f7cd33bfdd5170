import { randomBytes } from 'node:crypto'
import { afterMark } from './after-mark.ts'
import type { Connected } from './machine.ts'
import type { Root } from './root.ts'
import { shellQuote } from './root-shell.ts'
import { tailOf } from './tail.ts'

const NO_SOCKET = 66
const NO_PYTHON = 69

/** Says the mark when it is joined. Ends at once when its stdin ends, also while the server hangs. */
const PYTHON = `import os, select, socket, stat, sys
mark, paths = sys.argv[1], [p for p in sys.argv[2:] if os.path.exists(p) and stat.S_ISSOCK(os.stat(p).st_mode)]
if not paths: sys.exit(${NO_SOCKET})
s = socket.socket(socket.AF_UNIX)
try: s.connect(paths[0])
except OSError as e: sys.exit(e.strerror)
os.write(1, mark.encode())
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

/** Joins a UNIX socket on a node that has no perl. */
export async function connectByPython(start: Root['start'], sockets: string[]): Promise<Connected> {
  const mark = randomBytes(16).toString('hex')
  const words = [PYTHON, mark, ...sockets].map(shellQuote).join(' ')
  const script = `command -v python3 >/dev/null || exit ${NO_PYTHON}\nexec python3 -c ${words}`
  const { stdio, stderr, exited } = await start(script, { stdin: 'data' })
  const complaint = tailOf(stderr)
  if (await afterMark(stdio, mark)) return { stream: stdio }
  stdio.destroy()
  const { code } = await exited
  if (code === NO_SOCKET) return { missing: 'socket' }
  return code === NO_PYTHON ? { missing: 'perl' } : { refused: complaint() }
}
