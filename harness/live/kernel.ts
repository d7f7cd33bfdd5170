import { randomBytes } from 'node:crypto'
import { CannotLook } from '../judge/errors.ts'
import type { KernelFacts, Link } from '../look/evidence.ts'
import { text } from '../say/text.ts'
import type { Machine } from '../ssh/machine.ts'
import { linksFrom } from './ip-json.ts'

const DAEMONS = ['ovn-controller', 'ovn-northd', 'ovs-vswitchd', 'ovsdb-server']
const DEADLINE_MS = 5_000
const MAX_BYTES = 8 * 2 ** 20

/**
 * One exec a node. Every part starts with a line that bears a fresh mark, so that nothing a node prints, such as
 * a namespace named after our own words, can be taken for it. `ip netns list` lists this very folder.
 * A process that has ended but was not waited for (state Z) is not running; one that was told to stop (T) is told apart.
 */
const script = (mark: string) => `echo '${mark} root'; ip -d -j addr show || exit 1
for path in /var/run/netns/*; do
  [ -e "$path" ] || continue
  name=\${path##*/}
  links=$(ip -n "$name" -d -j addr show 2>/dev/null) || continue
  printf '%s netns %s\\n%s\\n' '${mark}' "$name" "$links"
done
echo '${mark} daemons'
cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^[0-9]* (\\(${DAEMONS.join('\\|')}\\)) \\([^ZX]\\) .*/\\1 \\2/p'
echo '${mark} end'`

/** Reads links, namespaces and daemons of a node; rejects with CannotLook. Source: ip-address(8), proc(5). */
export async function lookAtKernel(machine: Machine): Promise<KernelFacts> {
  const mark = randomBytes(16).toString('hex')
  const ran = await machine.run(script(mark), { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES })
  try {
    return kernelFactsFrom(ran.stdout.toString(), mark)
  } catch (cause) {
    const { node } = machine
    throw new CannotLook(
      text(`${node} does not tell its interfaces as ip -j does`, `${node} 沒有照 ip -j 的格式列出介面`),
      { where: node, help: `ip -d -j address   # on ${node}`, cause },
    )
  }
}

/** Takes the script's output apart; throws SyntaxError when it is not whole. */
export function kernelFactsFrom(output: string, mark: string): KernelFacts {
  const parts = output.split(`${mark} `).slice(1)
  if (parts.at(-1) !== 'end\n') throw new SyntaxError('the output is cut')
  let links: Link[] | undefined
  let daemons: string[][] = []
  const netns: [string, Link[]][] = []
  for (const part of parts) {
    // Behind a title is one line of JSON; the name of a namespace before it may hold line breaks of its own.
    const lines = part.replace(/\n$/, '').split('\n')
    const body = lines.slice(1)
    if (lines[0] === 'root') links = linksFrom(body.join('\n'))
    else if (lines[0] === 'daemons') daemons = body.map(line => line.split(' '))
    else if (part.startsWith('netns '))
      netns.push([lines.slice(0, -1).join('\n').slice('netns '.length), linksFrom(lines.at(-1) ?? '')])
  }
  if (!links) throw new SyntaxError('no links')
  const inState = (is: (state: string | undefined) => boolean) =>
    DAEMONS.filter(name => daemons.some(([daemon, state]) => daemon === name && is(state)))
  const running = inState(state => state !== 'T')
  const paused = inState(state => state === 'T').filter(name => !running.includes(name))
  return {
    links,
    netns: Object.fromEntries(netns),
    daemons: running,
    ...(paused.length > 0 && { paused }),
  }
}
