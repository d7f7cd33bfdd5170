import type { DhcpServer, LeaseFacts } from '../look/dhcp.ts'
import { stateScript } from './process-state.ts'
import { programOf, socketsFrom, socketsScript } from './sockets.ts'

/** What keeps a lease, by the name of its process (proc(5), comm). Where it is none of them, the address's own end tells. */
const CLIENTS = ['udhcpc', 'busybox', 'dhclient', 'dhcpcd', 'NetworkManager', 'systemd-network', 'connmand']

/** busybox is many programs, and the others may do other work. */
const BUSYBOX = /^busybox$/

/**
 * What sets no address, however it is called (udhcpc(8), -s; dhclient(8), -sf): a shell script whose lines do nothing, or a
 * program that has no word for any way to do so. Of a program that cannot be read, nothing is told.
 */
const IDLE = `idle() {
  case $1 in /*) at=$process/root$1 ;; *) at=$process/cwd/$1 ;; esac
  case $1 in true|false|*/true|*/false) return 0 ;; esac
  [ -s "$at" ] && [ -r "$at" ] || return 1
  if [ "$(head -c 2 "$at" | tr -d '\\000')" = '#!' ]; then
    sed 1d "$at" | grep -qvE '^[[:space:]]*(#.*|exit( [0-9]+)?|true|:|echo [^$\`;|&()<>]*)?[[:space:]]*$'; [ $? -eq 1 ]
  else
    grep -aqE 'ifconfig|addr|netlink|socket|ioctl|syscall|dhcp|busybox|exec'  "$at"; [ $? -eq 1 ]
  fi
}
script_of() {
  tr '\\n\\000' ' \\n' 2>/dev/null <"$process/cmdline" | case $1 in
    dhclient) sed -n '/^-sf$/ { n; p; q; }' ;;
    udhcpc|busybox) sed -nE '/^(-[a-zA-Z]*s|--script)$/ { n; p; q; }; s/^(--script=|-s)(.+)$/\\2/p' ;;
  esac
}`

/**
 * In one exec: addresses of every named namespace, processes that are clients, and sockets on UDP port 67. A namespace is known
 * by its inode (namespaces(7)); that of the node itself has no name.
 */
export const leasesScript = (mark: string) => `${IDLE}
printf '%s netns %s \\n' '${mark}' "$(stat -L -c %i /proc/self/ns/net)"
for path in /var/run/netns/*; do
  [ -f "$path" ] || continue
  printf '%s netns %s %s\\n' '${mark}' "$(stat -L -c %i "$path")" "\${path##*/}"
  ip -n "\${path##*/}" -4 -j addr show 2>/dev/null
done
for process in /proc/[0-9]*; do
  read -r comm 2>/dev/null <"$process/comm" || continue
  case $comm in ${CLIENTS.join('|')}) ;; *) continue ;; esac
  # A program can be called anything; one that has no word of DHCP in it speaks none. Without grep the name alone tells.
  grep -aqsi dhcp "$process/exe"; [ $? -ne 1 ] || continue
  { read -r line <"$process/stat"; } 2>/dev/null || continue
  ${stateScript}
  case $state in [ZX]) continue ;; [TF]) kind=paused ;; *) kind=client ;; esac
  printf '%s %s %s %s %s\\n' '${mark}' "$kind" "$(stat -L -c %i "$process/ns/net" 2>/dev/null)" "$comm" "$(tr '\\000\\n' '  ' 2>/dev/null <"$process/cmdline")"
  script=$(script_of "$comm")
  [ -n "$script" ] && idle "$script" && printf '%s\\n' "$script"
done
${socketsScript(mark, 'servers', "-ulnp 'sport = :67'")}
echo '${mark} end'`

/** Reads the script's output; throws SyntaxError when it is not whole. */
export function leasesFrom(output: string, mark: string): LeaseFacts {
  const parts = output.split(`${mark} `).slice(1)
  if (parts.at(-1) !== 'end\n') throw new SyntaxError('the output is cut')
  const facts: LeaseFacts = { ending: [], clients: [], servers: [] }
  const names = new Map<string, string>()
  for (const part of parts) {
    const [title = '', ...body] = part.replace(/\n$/, '').split('\n')
    const [, kind, inode = '', rest = ''] = /^(\w+) ?(\d*) ?(.*)$/.exec(title) ?? []
    if (kind === 'netns') {
      names.set(inode, rest)
      facts.ending.push(...endingIn(rest, body.at(-1) ?? ''))
    } else if (kind === 'client' || kind === 'paused')
      facts.clients.push(
        ...clientIn(names.get(inode), rest, body[0]).map(client => ({
          ...client,
          ...(kind === 'paused' && { isPaused: true as const }),
        })),
      )
    else if (kind === 'servers')
      facts.servers.push(
        ...socketsFrom(rest, body).map(({ line, ...where }) => ({
          ...where,
          ...boundTo(line),
          ...programOf(line),
        })),
      )
  }
  return facts
}

/** ip's number for an address that stays. */
const FOR_EVER = 4_294_967_295

function endingIn(netns: string, json: string): LeaseFacts['ending'] {
  const entries: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(entries)) throw new SyntaxError('not a list')
  return entries.flatMap(({ ifname, addr_info }) =>
    (Array.isArray(addr_info) ? addr_info : []).flatMap(({ local, valid_life_time: seconds }) =>
      typeof seconds === 'number' && seconds < FOR_EVER
        ? [{ netns, device: String(ifname), address: String(local), seconds }]
        : [],
    ),
  )
}

function clientIn(
  netns: string | undefined,
  title: string,
  idleScript: string | undefined,
): LeaseFacts['clients'] {
  const [program = '', ...words] = title.trim().split(/\s+/)
  const isOther = BUSYBOX.test(program) && !words.slice(0, 2).some(word => word.endsWith('udhcpc'))
  const isIdle = idleScript !== undefined && idleScript !== ''
  const told = { program, words: words.join(' '), ...(isIdle && { idleScript }) }
  return netns === undefined || isOther ? [] : [{ netns, ...told }]
}

/** Every address, and broadcasts' own. */
const WIDE = ['0.0.0.0', '255.255.255.255']

/** The link and the address that a line of `ss -Hulnp` says it is bound to: UNCONN 0 0 0.0.0.0%eth0:67 0.0.0.0:* … */
function boundTo(line: string): Pick<DhcpServer, 'address' | 'device'> {
  const [, address, device] = /\s(?:([\d.]+)|\S*?)(?:%([^:\s]+))?:67\s/.exec(line) ?? []
  return {
    ...(device !== undefined && { device }),
    ...(address !== undefined && !WIDE.includes(address) && { address }),
  }
}
