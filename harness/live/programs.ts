import { same } from '../core/text.ts'
import { onlyLooks } from '../nodes/only-looks.ts'
import { AGENT_BEGINS } from '../ssh/agent-command.ts'
import type { Change } from './live.ts'
import { namesIn } from './naming.ts'

/** A program of somebody's. */
interface Run {
  node: string
  words: string
  endedAtMs?: number
  change: Change
}

/** A program that has ended: after `inMs` it is told of, unless something was announced by then that follows from it. */
export interface Ended {
  change: Change
  inMs: number
}

/** How long after its end a program may still be what a change follows from: a database tells a moment later. */
const AFTER_MS = 300
/** So many that have ended are remembered. */
const ENDED_MAX = 50

/** They start others, which are told by themselves, or change nothing that is looked at. */
const QUIET = new Set(
  (
    'sh bash dash zsh fish sudo su env nsenter setpriv setsid timeout ssh sshd sshd-session sftp-server agetty login script screen tmux ' +
    'sshd-auth unix_chkpwd mawk gawk original-awk cut xargs env perl-agent ' +
    'ls cat less more man grep sed awk head tail wc sort uniq cut tr ps top htop vi vim nano clear tput dircolors lesspipe ' +
    'mesg run-parts sleep true false test date uname id whoami groups hostname stat readlink dirname basename watch tcpdump ' +
    'systemd-executor systemd-tty-ask-password-agent ld-linux-x86-64.so.2 ld-linux-aarch64.so.1'
  ).split(' '),
)
/**
 * What they change is announced by a database or by the kernel, and they are but causes; where nothing is announced, they may
 * have written what wakes nobody, such as what OVN learnt.
 */
const ANNOUNCED =
  /^(?:ovs-vsctl|ovn-(?:nb|sb)ctl|sysctl|nft|tc|bridge|brctl) |^ip(?!(?: \S+)* (?:x|xfrm|n|neigh|neighbor|neighbour|tunnel|tuntap|macsec)(?: |$)) /

/** What works on OVN's databases wherever it runs. */
const CENTRAL = /^ovn-(nb|sb|ic-nb|ic-sb)ctl\b/

/** What works on links, addresses and filters, and on no database. */
const ON_KERNEL = /^(?:ip|bridge|brctl|tc|nft|ip6?tables\S*|sysctl|ethtool|(?:arp)?ping)(?: |$)/

const mayWrite = (words: string, source: Change['source']): boolean =>
  source === 'kernel' ? !CENTRAL.test(words) : !ON_KERNEL.test(words)

/** Options of these programs that tell nothing of what was written. */
const HOW = / --(?:timeout[= ]\S+|may-exist|if-exists|no-wait)(?= |$)/g

/** Daemons of OVN and Open vSwitch, and the scripts that start them. */
const DAEMON = /^(?:ovs-vswitchd|ovsdb-server|ovn-northd|ovn-controller(?:-vtep)?|ovn-ic|ovs-ctl|ovn-ctl) /

/** A command as somebody would say it. What a service gives its daemon, sockets and files of logs, nobody typed. */
const brief = (words: string): string => {
  if (DAEMON.test(words))
    return words
      .split(/\s+/)
      .filter(word => /^\w[\w-]*$/.test(word))
      .join(' ')
  return /^ov[sn]-\S+ctl /.test(words) ? words.replaceAll(HOW, '') : words
}

/** The programs that others run on the nodes of a lab, for as long as they may be what a change follows from. */
export class Programs {
  readonly #running = new Map<string, Run>()
  /** What something that was announced follows from. */
  readonly #explaining = new WeakSet<Change>()
  #ended: Run[] = []

  /** A program runs, or goes on as another one; the same again where its words are only known now. */
  runs(node: string, pid: string, words: string, atMs: number): void {
    this.#ended = this.#ended.filter(one => one !== this.#running.get(`${node} ${pid}`))
    const told = plain(words)
    const change: Change = { node, source: 'program', words: same(brief(told)), atMs }
    this.#running.set(`${node} ${pid}`, { node, words: told, change })
  }

  /** It ended; undefined where it makes no change. */
  ended(node: string, pid: string, atMs: number): Ended | undefined {
    const run = this.#running.get(`${node} ${pid}`)
    this.#running.delete(`${node} ${pid}`)
    return run && this.#keep({ ...run, endedAtMs: atMs })
  }

  /** One that had ended before it could be asked for its words. */
  ran(node: string, words: string, atMs: number): Ended | undefined {
    const told = plain(words)
    const change: Change = { node, source: 'program', words: same(brief(told)), atMs }
    return this.#keep({ node, words: told, endedAtMs: atMs, change })
  }

  /** One that runs on for a while, and may have changed something by now; undefined where it makes no changes, or is gone. */
  goesOn(node: string, pid: string): Change | undefined {
    const run = this.#running.get(`${node} ${pid}`)
    return run && !isQuiet(run.words) && !ANNOUNCED.test(run.words) ? run.change : undefined
  }

  /**
   * The program that changes of one transaction, or one of the kernel, follow from, as far as can be seen: the last
   * that names something of what has changed; else the last that was begun.
   */
  causeOf(changes: readonly Change[]): Change | undefined {
    const cause = this.#causeOf(changes)
    if (cause) this.#explaining.add(cause)
    return cause
  }

  /** Whether something that was announced follows from it. */
  explains(change: Change): boolean {
    return this.#explaining.has(change)
  }

  #causeOf(changes: readonly Change[]): Change | undefined {
    const [first] = changes
    if (!first) return undefined
    const { node, source, atMs } = first
    const names = namesIn(changes.map(({ words }) => words.en).join(' '))
    const isNamed = (one: Run) => [...namesIn(one.words)].some(name => names.has(name))
    const isCentral = source === 'OVN_Northbound' || source === 'OVN_Southbound'
    const candidates = [...this.#ended, ...this.#running.values()].filter(
      one =>
        !isQuiet(one.words) &&
        mayWrite(one.words, source) &&
        (one.endedAtMs ?? atMs) >= atMs - AFTER_MS &&
        (one.node === node ? !isCentral || CENTRAL.test(one.words) : isCentral && CENTRAL.test(one.words)),
    )
    return candidates
      .sort(
        (one, other) => Number(isNamed(one)) - Number(isNamed(other)) || one.change.atMs - other.change.atMs,
      )
      .at(-1)?.change
  }

  /** Nothing is known of a node any more. */
  forget(node: string): void {
    for (const [key, run] of this.#running) if (run.node === node) this.#running.delete(key)
  }

  #keep(run: Run): Ended | undefined {
    if (isQuiet(run.words)) return undefined
    this.#ended = [...this.#ended, run].slice(-ENDED_MAX)
    return { change: run.change, inMs: ANNOUNCED.test(run.words) ? AFTER_MS : 0 }
  }
}

const isQuiet = (words: string) => QUIET.has(/^\S*/.exec(words)![0]) || onlyLooks(words)

/** How an agent's words begin, where those with spaces stand in quotes. */
const AGENT = AGENT_BEGINS.join(' ').replace('until', "'until")

/** The words without the path of the program, and without the interpreter of a script. */
function plain(words: string): string {
  // An agent of ours: what it runs is told by itself.
  if (words.startsWith(AGENT)) return 'perl-agent'
  // The title that a daemon gave itself, as `sshd-auth: [session-auth]` (setproctitle(3)).
  const titled = /^'([\w-]+): /.exec(words)
  if (titled) return titled[1]!
  const script = /^\S*\b(?:sh|bash|dash|perl|python[\d.]*) (\/\S+)(.*)$/s.exec(words)
  const [program, rest] = script
    ? [script[1]!, script[2]!]
    : (/^(\S*)(.*)$/s.exec(words)!.slice(1) as [string, string])
  return `${program.replace(/^-/, '').replace(/^.*\//, '')}${rest}`
}
