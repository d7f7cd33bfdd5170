import type { DaemonFacts, DatapathPort, KernelFacts } from '../look/evidence.ts'
import { stateScript } from './process-state.ts'
import { findTarget } from './target.ts'

const DAEMONS = ['ovn-controller', 'ovn-northd', 'ovs-vswitchd', 'ovsdb-server']

/** What each daemon is asked; one that does not know the question answers nothing. */
const QUESTIONS: Record<string, string> = {
  'ovn-controller': 'connection-status',
  'ovn-northd': 'status',
}

/**
 * A part of a script: every process that is called like a daemon, by what /proc says, then the words of those that run.
 * One that hangs is waited for no longer than `answerSeconds`. `control` is the shell's own name there: a list that does not even have the one who reads it is no list.
 * A process that has ended but was not waited for (state Z) is not running; one that was told to stop (T), or whose cgroup
 * is frozen (F, a paused container's), is told apart and not asked, for it would not answer.
 * So is one that is in another network namespace than the shell. No program is needed to read it but the shell itself.
 */
export const daemonScript = (title: (words: string) => string, answerSeconds: number) => `${title('daemons')}
running= files= vswitchd=
for process in /proc/[0-9]*; do
  { read -r line <"$process/stat"; } 2>/dev/null || continue
  [ "$process" = "/proc/$$" ] && echo control
  case $line in
    ${DAEMONS.map(name => `*" (${name}) "*) name=${name} ;;`).join('\n    ')}
    *) continue ;;
  esac
  ${stateScript}
  case $state in [ZX]) continue ;; esac
  echo "$name $state $process/exe"
  files="$files $process/exe $process/ns/net"
  [ "$name" = ovs-vswitchd ] && vswitchd="$vswitchd $process"
  case $state in [TF]) ;; *) running="$running $name " ;; esac
done
[ -z "$files" ] || stat -c %N /proc/$$/ns/net $files 2>/dev/null
${title('taps')}
for process in $vswitchd; do grep -rh ^iff: "$process/fdinfo" 2>/dev/null; done
${Object.entries(QUESTIONS)
  .map(
    ([daemon, words]) =>
      `case $running in *" ${daemon} "*) ${title(`says ${daemon}`)}; ${findTarget(daemon)}; ovn-appctl -T ${answerSeconds} -t "$to" ${words} 2>/dev/null ;; esac`,
  )
  .join('\n')}
case $running in *" ovs-vswitchd "*)
  ${title('datapath')}; ${datapathScript(answerSeconds)}
  ${title('packets')}; ${receivingBy('$vswitchd')} ;;
esac`

/** A part of a shell script that prints the ports of ovs-vswitchd, for `datapathFrom`. */
export const datapathScript = (answerSeconds: number): string =>
  `${findTarget('ovs-vswitchd')}; ovs-appctl -T ${answerSeconds} -t "$to" dpif/show 2>/dev/null`

/** The names in what the kernel tells of open taps; undefined where it tells of none. Source: tun(4), proc_pid_fdinfo(5). */
export function tapsFrom(lines: string[]): string[] | undefined {
  const names = lines.flatMap(line => /^iff:\s+(\S+)$/.exec(line)?.[1] ?? [])
  return names.length > 0 ? [...new Set(names)].toSorted() : undefined
}

/** The sockets of these processes, and the packet sockets of the node, for `receivedLinks`. */
const receivingBy = (processes: string) =>
  `for process in ${processes}; do stat -c %N "$process"/fd/* 2>/dev/null; done; cat /proc/net/packet 2>/dev/null`

/** A part of a shell script that prints the sockets of ovs-vswitchd, and the packet sockets of the node, for `receivedLinks`. */
export const receivingScript = `vswitchd=
for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null || continue
  [ "$name" != ovs-vswitchd ] || vswitchd="$vswitchd $process"
done
${receivingBy('$vswitchd')}`

/** Which daemons the lines behind `daemons` tell of; throws SyntaxError where the reader itself is not among them. */
export function daemonsFrom(
  lines: string[],
): Pick<KernelFacts, 'daemons' | 'impostors' | 'paused' | 'elsewhere'> {
  if (!lines.includes('control')) throw new SyntaxError('the processes are not told')
  // As stat(1) writes a link: '/proc/7/exe' -> '/usr/sbin/ovn-northd'.
  const files = new Map(
    lines.map(
      line => /^'?(\/proc\/\d+\/exe)'? -> '?(.*?)(?: \(deleted\))?'?$/.exec(line)?.slice(1) ?? [],
    ) as [string, string][],
  )
  // The network namespaces, by whose they are; the first one is the reader's own.
  const inside = lines.flatMap(line => {
    const [, process, netns] = /^'?(\/proc\/\d+)\/ns\/net'? -> '?(net:\[\d+\])'?$/.exec(line) ?? []
    return process === undefined ? [] : { process, netns }
  })
  const found = lines.flatMap(line => {
    const [, name = '', state, link = ''] = /^(\S+) (\S) (\S+)$/.exec(line) ?? []
    const netns = inside.slice(1).find(({ process }) => link === `${process}/exe`)?.netns
    const isElsewhere = netns !== undefined && netns !== inside[0]!.netns
    return DAEMONS.includes(name) ? { name, state, file: files.get(link) ?? '', isElsewhere } : []
  })
  // Debian's ovs-vswitchd-dpdk is called ovs-vswitchd. Where the file cannot be read, its name says nothing.
  const isGenuine = ({ name, file }: { name: string; file: string }) =>
    file === '' || file.split('/').at(-1)!.startsWith(name)
  const inState = (is: (state: string | undefined) => boolean) =>
    DAEMONS.filter(name => found.some(one => one.name === name && isGenuine(one) && is(one.state)))
  const isPaused = (state: string | undefined) => state === 'T' || state === 'F'
  const daemons = inState(state => !isPaused(state))
  const paused = inState(isPaused).filter(name => !daemons.includes(name))
  const elsewhere = DAEMONS.filter(name =>
    found.some(one => one.name === name && isGenuine(one) && one.isElsewhere),
  )
  const impostors = found.filter(one => !isGenuine(one) && ![...daemons, ...paused].includes(one.name))
  return {
    daemons,
    ...(impostors.length > 0 && {
      impostors: Object.fromEntries(impostors.map(({ name, file }) => [name, file])),
    }),
    ...(paused.length > 0 && { paused }),
    ...(elsewhere.length > 0 && { elsewhere }),
  }
}

/** Sockets that receive packets of every protocol of one link (packet(7)), as /proc/net/packet has them. */
const PACKETS = /^\S+ +\d+ +3 +0003 +(\d+) +\d+ +\d+ +\d+ +(\d+)\s*$/

/**
 * The links by whose packet sockets ovs-vswitchd receives, by their numbers; undefined where the kernel does not say.
 * Source: proc(5), fd and net/packet; ovs-vswitchd's netdev-linux.
 */
export function receivedLinks(lines: string[]): number[] | undefined {
  const own = new Set(lines.flatMap(line => /'?socket:\[(\d+)\]'?$/.exec(line)?.[1] ?? []))
  if (own.size === 0 || !lines.some(line => /^sk\s+RefCnt\s/.test(line))) return undefined
  return lines.flatMap(line => {
    const [, index, inode = ''] = PACKETS.exec(line) ?? []
    return index !== undefined && own.has(inode) ? [Number(index)] : []
  })
}

/** What a daemon said to its question; undefined where it said nothing at all. */
export function answerFrom(daemon: string, [line = '']: string[]): DaemonFacts | undefined {
  const words = line.replace(/^Status:/, '').trim()
  if (!words) return undefined
  return daemon === 'ovn-northd' ? { southbound: '', status: words } : { southbound: words, status: '' }
}

/** The ports in the output of `dpif/show`; undefined where there is none. Source: ovs-vswitchd(8). */
export function datapathFrom(lines: string[]): DatapathPort[] | undefined {
  let datapath = ''
  let bridge = ''
  const ports: DatapathPort[] = []
  for (const line of lines) {
    const [, name, ofport, number, about = ''] = /^ {4}(.+) (\d+)\/(\S+):(?: \((.*)\))?$/.exec(line) ?? []
    if (name !== undefined) {
      const peer = /^patch: .*?peer=([^,]+)/.exec(about)?.[1]
      const type = /^[^:]*/.exec(about)![0]
      ports.push({
        datapath,
        bridge,
        name,
        ofport: Number(ofport),
        ...(/^\d+$/.test(number!) && { number: Number(number) }),
        type,
        ...(peer !== undefined && { peer }),
      })
    } else if (/^ {2}\S.*:$/.test(line)) bridge = line.slice(2, -1)
    else datapath = /^\S+@[^:]+/.exec(line)?.[0] ?? datapath
  }
  return lines.some(line => line.includes('@')) ? ports : undefined
}
