import { randomBytes } from 'node:crypto'
import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { text } from '../core/text.ts'
import type { DaemonFacts, KernelFacts, Link } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { answerFrom, daemonScript, daemonsFrom, datapathFrom, receivedLinks, tapsFrom } from './daemons.ts'
import { linksFrom } from './ip-json.ts'

const DEADLINE_MS = 5_000
/** A daemon that hangs is waited for no longer: what else there is to see is worth more. */
export const ANSWER_SECONDS = 3
const MAX_BYTES = 8 * 2 ** 20

/** How many namespaces without a name are looked into: a machine full of containers has hundreds. */
const UNNAMED_MAX = 32

/**
 * One exec a node. Every part starts with a line that bears a fresh mark, so that nothing a node prints, such as
 * a namespace named after our own words, can be taken for it. `ip netns list` lists this very folder.
 * A namespace is known by its inode (namespaces(7)): a name may stand for the node's own, and a process may be in one
 * that has no name. Daemons are asked, and may take their time, while links are read.
 */
const script = (
  mark: string,
  answerSeconds: number,
) => `{ ${daemonScript(words => `echo '${mark} ${words}'`, answerSeconds)}
} | { echo '${mark} root'; ip -d -j addr show || exit 1
for path in /var/run/netns/*; do
  [ -f "$path" ] || continue
  name=\${path##*/}
  links=$(ip -n "$name" -d -j addr show 2>/dev/null) || {
    case $(stat -fc %T "$path" 2>/dev/null) in '' | nsfs | UNKNOWN*) ;; *) printf '%s gone %s\\n' '${mark}' "$name" ;; esac
    continue
  }
  kind=netns; [ "$path" -ef /proc/$$/ns/net ] && kind=own
  printf '%s %s %s\\n%s\\n' '${mark}' $kind "$name" "$links"
done
known=' ' left=${UNNAMED_MAX}
stat -L -c '%i %n' /proc/$$/ns/net /var/run/netns/* /proc/[0-9]*/ns/net 2>/dev/null | while read -r inode path; do
  case $known in *" $inode "*) continue ;; esac
  known="$known$inode "
  case $path in /proc/$$/*|/var/*) continue ;; esac
  [ $((left -= 1)) -ge 0 ] || break
  links=$(nsenter "--net=$path" ip -d -j addr show 2>/dev/null) || continue
  printf '%s unnamed\\n%s\\n' '${mark}' "$links"
done
cat
echo '${mark} end'; }`

/** Reads links, namespaces and daemons of a node; rejects with CannotLook. Source: ip-address(8), proc(5). */
export async function lookAtKernel(machine: Machine): Promise<KernelFacts> {
  const mark = randomBytes(16).toString('hex')
  const ran = await machine.run(script(mark, Math.ceil(patient(ANSWER_SECONDS, machine))), {
    deadlineMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
  })
  try {
    return kernelFactsFrom(ran.stdout.toString(), mark)
  } catch (cause) {
    const { node } = machine
    throw new CannotLook(
      text(
        `${node} does not list its interfaces as ip -j does, or its processes as /proc does`,
        `${node} 沒有照 ip -j 的格式列出介面，或沒有在 /proc 列出程序`,
      ),
      { where: node, help: `ip -d -j address; ls /proc   # on ${node}`, cause },
    )
  }
}

/** Takes the script's output apart; throws SyntaxError when it is not whole. */
export function kernelFactsFrom(output: string, mark: string): KernelFacts {
  const parts = output.split(`${mark} `).slice(1)
  if (parts.at(-1) !== 'end\n') throw new SyntaxError('the output is cut')
  let links: Link[] | undefined
  let daemons: ReturnType<typeof daemonsFrom> | undefined
  let datapath: KernelFacts['datapath']
  let taps: string[] | undefined
  let received: KernelFacts['received']
  const netns: [string, Link[]][] = []
  const ofNode: string[] = []
  const gone: string[] = []
  const unnamed: Link[][] = []
  const answers: [string, DaemonFacts][] = []
  for (const part of parts) {
    // Behind a title is one line of JSON; the name of a namespace before it may hold line breaks of its own.
    const lines = part.replace(/\n$/, '').split('\n')
    const [title = '', ...body] = lines
    const [, kind = ''] = /^(netns|own) /.exec(part) ?? []
    if (kind) {
      const name = lines
        .slice(0, -1)
        .join('\n')
        .slice(kind.length + 1)
      netns.push([name, linksFrom(lines.at(-1) ?? '')])
      if (kind === 'own') ofNode.push(name)
    } else if (part.startsWith('gone ')) gone.push(part.slice('gone '.length).replace(/\n$/, ''))
    else if (title === 'root') links = linksFrom(body.join('\n'))
    else if (title === 'unnamed') unnamed.push(linksFrom(body.join('\n')))
    else if (title === 'daemons') daemons = daemonsFrom(body)
    else if (title === 'datapath') datapath = datapathFrom(body)
    else if (title === 'taps') taps = tapsFrom(body)
    else if (title === 'packets') received = receivedLinks(body)
    else if (title.startsWith('says ')) {
      const daemon = title.slice('says '.length)
      const answer = answerFrom(daemon, body)
      if (answer) answers.push([daemon, answer])
    }
  }
  if (!links) throw new SyntaxError('no links')
  if (!daemons) throw new SyntaxError('no daemons')
  return {
    links,
    netns: Object.fromEntries(netns),
    ...(ofNode.length > 0 && { netnsOfNode: ofNode }),
    ...(gone.length > 0 && { netnsGone: gone }),
    ...(unnamed.length > 0 && { netnsUnnamed: unnamed }),
    ...daemons,
    ...(answers.length > 0 && { answers: Object.fromEntries(answers) }),
    ...(datapath && { datapath }),
    ...(taps && { taps }),
    ...(received && { received }),
  }
}
