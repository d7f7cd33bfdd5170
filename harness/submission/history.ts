/** A command of a shell's history. */
export interface Typed {
  command: string
  /** Seconds since 1970, by the node's clock; absent where the shell wrote no times. */
  at?: number
}

/** A time in a history file (bash(1), HISTTIMEFORMAT). */
const TIME = /^#(\d{9,11})$/

/** The commands of a bash history file, in its order. With times a command may have several lines; without, each line is one. */
export function historyOf(file: string): Typed[] {
  const typed: Typed[] = []
  let at: number | undefined
  let isOpen = false
  for (const line of file.split('\n')) {
    const time = TIME.exec(line)?.[1]
    if (time !== undefined) {
      at = Number(time)
      isOpen = false
    } else if (isOpen) typed.at(-1)!.command += `\n${line}`
    else if (line.trim() !== '') {
      typed.push({ command: line, ...(at !== undefined && { at }) })
      isOpen = at !== undefined
    }
  }
  return typed.map(one => ({ ...one, command: one.command.trim() }))
}

/** What makes a network: what configures it, a client that takes an address, what starts and ends programs. */
const TOOLS = [
  ...['ip', 'bridge', 'brctl', 'tc', 'nft', 'iptables', 'ip6tables', 'ethtool', 'sysctl', 'modprobe'],
  ...['ifconfig', 'route', 'arp', 'udhcpc', 'dhclient', 'dhcpcd', 'busybox'],
  ...['systemctl', 'systemd-run', 'kill', 'killall', 'pkill'],
  // Files that such a program reads, or is.
  ...['mkdir', 'touch', 'chmod', 'ln', 'cp', 'mv', 'rm', 'rmdir', 'install', 'mount', 'umount'],
]
const OVN_TOOL = /^(ovs|ovn)-[a-z]+$/
/** Commands about commands, and those that only read. */
const TALK =
  /^(man|which|type|command|whatis|apropos|apt|apt-get|dpkg|grep|cat|less|tail|head|history|watch|tcpdump|ping|journalctl|vi|vim|nano)$/
/** What only shows something; whatever else is in the line was looked at before. */
const SHOWS = [
  /^ip( -(n|netns|f|family) \S+| -\w+)* \S+( (show|list|ls|get|pids|identify)\b.*)?$/,
  /^(ovn-nbctl|ovn-sbctl|ovs-vsctl)( --\S+)* (show|list|find|get|(\w+-)+list|\w+(-\w+)*-get(-\w+)*|list-\S+|dump)( [^-].*)?$/,
  /^ov[sn]-\w+( --?\S+)* (--version|--help|-V|-h)$/,
  /^(ovn-trace|ovn-detrace|ovs-tcpdump|ovs-pcap|ovs-tcpundump)\b/,
  /^ovs-(ofctl|dpctl|appctl)( -\S+)* (dump|show|list|ofproto\/trace)\S*\b/,
  /^(systemctl) (status|is-\w+|list-\w+|cat|show)\b/,
  /^sysctl( -a\b.*|( -n)? [\w.]+)$/,
  /^(bridge|tc)( -\w+)* \w+( show\b.*)?$/,
  /^ethtool( -[iSk])? \S+$/,
  /^(ifconfig( -a)?( \S+)?|(route|arp)( -\w+)*)$/,
  /^(busybox )?udhcpc .*-s \/bin\/true\b/,
]
/** A script of their own: that it is missing is seen when the submission is tried. Shells and our helper functions are none. */
const RUNS_FILE =
  /^(?:(?:bash|sh|source|\.)(?: -[a-z]+)* (?!-|\/opt\/ovn-lab\/|\/etc\/|~?\/?\S*\.bash|~?\/?\S*\.profile)\S|\.{1,2}\/)/
/** Files by which a kernel or a service is told something; and a file that is written as it stands. */
const WRITES = /(>{1,2}|\btee( -\w+)*) *\/(etc|proc|sys|run)\/|\bcat +>{1,2} *\S+ *<<|<<-? *\S+ *>{1,2}/
const SECRET =
  /passw|passphrase|secret|token|credential|api[-_]?key|private key|\bid_(rsa|ed25519)\b|chpasswd/i

/** What became of the commands of a node. */
export interface Sifted {
  taken: Typed[]
  /** How many were left out because they may hold a secret; they are not even shown. */
  secrets: number
  /** How many there were. */
  of: number
}

/**
 * The commands that may have made something of a network, in their order: tools for networks, and the lesson's own commands
 * (`helpers`). Left out is what only shows something, what may hold a secret, and a command typed twice in a row.
 */
export function sift(typed: Typed[], helpers: string[]): Sifted {
  const secrets = typed.filter(({ command }) => SECRET.test(command))
  const taken = typed
    .filter(({ command }) => !SECRET.test(command) && changesSomething(command, helpers))
    .filter(({ command }, index, all) => command !== all[index - 1]?.command)
  return { taken, secrets: secrets.length, of: typed.length }
}

/** Each simple command of a line is looked at: one that changes something is enough. */
function changesSomething(line: string, helpers: string[]): boolean {
  if (WRITES.test(line)) return true
  return simpleCommands(line).some(command => {
    const [program = ''] = command.split(/\s+/)
    const name = program.replace(/^.*\//, '')
    if (TALK.test(name)) return false
    if (helpers.includes(name) || RUNS_FILE.test(command)) return true
    if (!TOOLS.includes(name) && !OVN_TOOL.test(name)) return assigns(command)
    return !SHOWS.some(pattern => pattern.test(command.replace(program, name)))
  })
}

/** `NAME=value` alone: a later command may use it. */
const assigns = (command: string) => /^(export )?[A-Za-z_]\w*=\S*$/.test(command)

/** The commands of a line without what they are wrapped in: sudo, a namespace, a loop, settings for one command. */
const simpleCommands = (line: string): string[] =>
  line
    .split(/\|\||&&|[;|&\n(){}`]|\b(?:do|then|else)\b/)
    .map(unwrapped)
    .filter(command => command !== '')

function unwrapped(command: string): string {
  const inner = command
    .trim()
    .replace(
      /^(sudo( -\w+)*|time|exec|env|nohup|!|if|elif|while|until|timeout( -\S+)* \S+|(xargs|nsenter)( -\S+)*)\s+/,
      '',
    )
    .replace(/^ip (netns exec|-n(etns)? \S+ exec) \S+ /, '')
    .replace(/^([A-Za-z_]\w*=\S*\s+)+(?=\S)/, '')
    .replace(/\s*\d?>{1,2}.*$/, '')
  return inner === command ? inner.trim() : unwrapped(inner)
}
