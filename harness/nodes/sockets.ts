import type { Link } from '../look/evidence.ts'
import { linksFrom } from './ip-json.ts'

/** A socket of a process, and what reaches the namespace it is in. */
export interface SocketFound {
  /** The name of the namespace; absent for the node's own, and empty for one without a name. */
  netns?: string
  links: Link[]
  /** As ss prints it (ss(8)). */
  line: string
}

/**
 * Sockets of every namespace that has a name or a process, as ss tells them for these words; a namespace a part, titled
 * `MARK TITLE own` or `MARK TITLE netns NAME`. One is known by its inode (namespaces(7)).
 */
export const socketsScript = (
  mark: string,
  title: string,
  words: string,
): string => `ss -H ${words} >/dev/null || exit 1
own=$(stat -L -c %i /proc/$$/ns/net); known=' '
stat -L -c '%i %n' /proc/$$/ns/net /var/run/netns/* /proc/[0-9]*/ns/net 2>/dev/null | while read -r inode path; do
  case $known in *" $inode "*) continue ;; esac
  known="$known$inode "
  sockets=$(nsenter "--net=$path" ss -H ${words} 2>/dev/null)
  [ -n "$sockets" ] || continue
  case $path in /var/run/netns/*) name=\${path##*/} ;; *) name= ;; esac
  [ "$inode" = "$own" ] && whose=own || whose="netns $name"
  printf '%s ${title} %s\\n%s\\n%s\\n' '${mark}' "$whose" "$(nsenter "--net=$path" ip -d -j addr show)" "$sockets"
done`

/** The sockets of a part, by what its title says after TITLE. */
export function socketsFrom(whose: string, [links = '', ...lines]: string[]): SocketFound[] {
  const netns = whose === 'own' ? {} : { netns: whose.replace(/^netns ?/, '') }
  const found = linksFrom(links)
  return lines.map(line => ({ ...netns, links: found, line }))
}

/** The program a socket belongs to: … users:(("dnsmasq",pid=…)). */
export function programOf(line: string): { program?: string } {
  const program = /users:\(\("([^"]+)"/.exec(line)?.[1]
  return program === undefined ? {} : { program }
}
