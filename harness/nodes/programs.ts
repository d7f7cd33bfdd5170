import { randomBytes } from 'node:crypto'
import type { Places } from '../inventory/inventory.ts'
import type { ProgramFacts, ProgramFile } from '../look/evidence.ts'
import { SOCKETS } from '../ovsdb/bridge.ts'
import type { Machine } from '../ssh/machine.ts'
import { PROGRAM } from './programs-program.ts'

/** Hashing some twenty files, and reading the lists of a machine with thousands of packages. */
const DEADLINE_MS = 15_000
const MAX_BYTES = 2 ** 20

const VSWITCHD = SOCKETS.Open_vSwitch.map(socket => socket.replace('db.sock', 'ovs-vswitchd'))

/** Tells what a node's answers are made with; rejects with CannotLook, where there is no perl too. */
export async function lookAtPrograms(machine: Machine, { sockets = {} }: Places): Promise<ProgramFacts> {
  const mark = randomBytes(16).toString('hex')
  const asked = Object.entries({ ...SOCKETS, 'ovs-vswitchd': VSWITCHD }).flatMap(([of, usual]) => {
    const told = sockets[of as keyof typeof SOCKETS]
    return (told === undefined ? usual : [told]).map(path => [of, path])
  })
  const quoted = asked.flat().map(word => `"${Buffer.from(word).toString('hex')}"`)
  const script = `my ($MARK, @SOCKETS) = ("${mark}", map pack("H*", $_), ${quoted.join(', ')});\n${PROGRAM}`
  const { stdout, stderr } = await machine.run(script, {
    deadlineMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
    isPerl: true,
  })
  try {
    return programsFrom(stdout.toString(), mark)
  } catch (thrown) {
    throw new SyntaxError(stderr.trim(), { cause: thrown })
  }
}

/** Reads the program's output; throws SyntaxError when it is not whole. */
export function programsFrom(output: string, mark: string): ProgramFacts {
  const lines = output
    .split('\n')
    .filter(line => line.startsWith(`${mark}\t`))
    .map(line => line.split('\t').slice(1).map(unescaped))
  if (lines.at(-1)?.[0] !== 'end') throw new SyntaxError('the output is cut')
  const of = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...rest]) => rest)
  const digests = new Map(of('digest').map(([file = '', found = '']) => [file, found]))
  const [[boot = '', netns = ''] = []] = of('machine')
  return {
    files: of('file').map(([name = '', path = '', file = '', owner = '', listed = '', other = '']) => ({
      name,
      path,
      file,
      ...about({ owner, listed, found: digests.get(file) }),
      ...(other && { instead: { path: other, package: owner } }),
    })),
    servers: of('server').map(([which = '', socket = '', file = '']) => ({ of: which, socket, file })),
    preloaded: of('preload').map(([into = '', file = '', owner = '', listed = '']) => ({
      file,
      into,
      ...about({ owner, listed, found: digests.get(file) }),
    })),
    libraries: of('library').map(([into = '', file = '', owner = '', listed = '', other = '']) => ({
      into,
      file,
      ...about({ owner, listed, found: digests.get(file) }),
      ...(other && { instead: { path: other, package: owner } }),
    })),
    undigested: of('undigested').map(([file = '', owner = '']) => ({ file, package: owner })),
    interpreted: of('interpreted').map(([program = '', interpreter = '']) => ({ program, interpreter })),
    boot,
    netns,
  }
}

const about = ({
  owner,
  listed,
  found,
}: Record<'owner' | 'listed', string> & { found: string | undefined }): Pick<
  ProgramFile,
  'package' | 'listed' | 'found'
> => (listed ? { package: owner, listed, ...(found && { found }) } : {})

const unescaped = (word: string): string =>
  Buffer.from(
    word.replaceAll(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
