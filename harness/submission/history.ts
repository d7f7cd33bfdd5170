import { onlyLooks } from '../nodes/only-looks.ts'

/** A command of a shell's history. */
export interface Typed {
  command: string
  /** Seconds since 1970, by the node's clock; absent where the shell wrote no times. */
  at?: number
  /** A shell inside this namespace was open meanwhile: it may have been typed there. */
  within?: string
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
  return withNamespaces(typed.map(one => ({ ...one, command: one.command.trim() })))
}

/** Opens a shell inside a namespace. */
const OPENS =
  /^(?:sudo (?:-\w+ )*)?(?:ip netns exec |nsenter --net=(?:\/var)?\/run\/netns\/)(\S+) (?:\/\S+\/)?(?:ba|da|z)?sh(?: -\w+)*$/

/**
 * A shell writes a command down when it is over: one that opens another shell stands, with its own time, behind all that was
 * typed while that was open, there or in another terminal.
 */
function withNamespaces(typed: Typed[]): Typed[] {
  const marked = [...typed]
  for (const [index, { command, at }] of typed.entries()) {
    const within = OPENS.exec(command)?.[1]
    if (within === undefined || at === undefined) continue
    for (let inner = index - 1; inner >= 0 && typed[inner]!.at! >= at; inner--)
      marked[inner] = { within, ...marked[inner]! }
  }
  return marked
}

/**
 * What talks about commands, looks, or leads to a prompt. Any other program may have changed something, also one that nobody
 * here has heard of: a learner may have started a server, or configured the network by a tool of their own.
 */
const TALK = new Set(
  [
    'man which type command whatis apropos apt apt-get apt-cache dpkg help history alias unalias set unset shopt jobs',
    'grep egrep fgrep zgrep cat tac less more tail head wc sort uniq cut tr awk column diff cmp jq od xxd hexdump strings',
    'ls ll dir pwd file stat readlink realpath basename dirname md5sum sha256sum echo printf clear reset seq sleep true false',
    'test [ [[ : wait fg bg read exit logout return bash sh dash zsh su sudo screen tmux source . stty tty',
    'for while until if then else elif fi do done case esac select in function time',
    'who w whoami id groups uname date cal uptime ps pstree top htop free vmstat df du lsblk lsmod lspci lsns',
    'findmnt env printenv locale watch tcpdump ovs-tcpdump tshark ping ping6 fping arping mtr nmap',
    'dig host nslookup getent curl wget strace ltrace gdb',
  ].flatMap(words => words.split(' ')),
)
/** What was done in one of these is in no history. */
const EDITOR = /^(vi|vim|view|nano|emacs|ed|joe|micro|mcedit|editor)$/
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
  /** First words of those that were left out because they change nothing, each once. */
  left: string[]
  /** Commands that opened an editor: what was written there is nowhere. */
  edited: string[]
  /** How many there were. */
  of: number
}

/** What a name means on a node. */
export interface Known {
  /** The lesson's own commands. */
  helpers: string[]
  /** What can be run there: what cannot has changed nothing. Unknown: any name may be a program. */
  programs?: ReadonlySet<string> | undefined
}

/**
 * The commands that may have changed something, in their order. Left out is what only shows something, what is no command
 * there, what may hold a secret, and a command typed twice in a row.
 */
export function sift(typed: Typed[], { helpers, programs }: Known): Sifted {
  const defined = typed.flatMap(({ command }) => /^(?:function +)?([\w-]+) *\(\)/.exec(command)?.[1] ?? [])
  const known = { helpers: [...helpers, ...defined], programs }
  const open = typed.filter(({ command }) => !SECRET.test(command))
  const changing = open.filter(({ command }) => changesSomething(command, known))
  const others = open.filter(one => !changing.includes(one)).map(({ command }) => command)
  const edits = (command: string) => simpleCommands(command).some(one => EDITOR.test(nameIn(one)))
  return {
    taken: changing.filter(({ command }, index, all) => command !== all[index - 1]?.command),
    secrets: typed.length - open.length,
    left: [...new Set(others.filter(one => !edits(one)).map(one => nameIn(simpleCommands(one)[0] ?? one)))],
    edited: [...new Set(others.filter(edits))],
    of: typed.length,
  }
}

const nameIn = (command: string) => programIn(command).replace(/^.*\//, '')
const programIn = (command: string) => command.split(/\s+/)[0]!

/** Each simple command of a line is looked at: one that changes something is enough. */
function changesSomething(line: string, { helpers, programs }: Known): boolean {
  if (WRITES.test(line)) return true
  return simpleCommands(line).some(command => {
    const [program, name] = [programIn(command), nameIn(command)]
    if (helpers.includes(name) || RUNS_FILE.test(command) || assigns(command)) return true
    if (TALK.has(name) || EDITOR.test(name) || !/^[A-Za-z][\w.+-]*$/.test(name)) return false
    if (programs && !programs.has(name) && program === name) return false
    return !onlyLooks(command.replace(program, name))
  })
}

/** `NAME=value` alone: a later command may use it. */
const assigns = (command: string) => /^(export )?[A-Za-z_]\w*=\S*$/.test(command)

/** In these, `&&` and the like separate nothing; what "…$(…)…" runs is a command. */
const QUOTED = /'[^']*'|"(?:[^"\\$`]|\\[\s\S]|\$(?!\())*"/g

/** The commands of a line without what they are wrapped in: sudo, a namespace, a loop, settings for one command. */
const simpleCommands = (line: string): string[] =>
  line
    .replace(QUOTED, quoted => quoted.replace(/[;|&\n(){}`\s]+/g, '_'))
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
