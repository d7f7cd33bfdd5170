import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { RouteAnswer, RouteQuestion } from '../../harness/look/evidence.ts'

/** The rule of routing that an answer of the kernel came from: by its table, or because it refuses packets between these addresses (ip-rule(8)). */
export const ruleBehind = (rules: string[], answer: RouteAnswer, from: string): string | undefined =>
  rules.find(rule => decides(rule, answer, from))

/** Said of what it decides. */
export const ruleSays = (rule: string): Text =>
  text(`the routing rule “${rule}” says so`, `這是由路由規則「${rule}」決定的`)

/** Said of a rule that every namespace has and this one, or this node, lacks: without it nobody looks into the rule's table. */
export const lacksRule = (name: string, rule: string): Text =>
  text(
    `${name} lacks the routing rule “${rule}”, which every namespace has`,
    `${name} 少了每個 namespace 都有的路由規則「${rule}」`,
  )

function decides(rule: string, { to, table, error }: RouteAnswer, from: string): boolean {
  const leads = table !== undefined && new RegExp(`\\blookup ${table}\\b`).test(rule)
  if (error === undefined) return leads
  if (!leads && !/\b(blackhole|unreachable|prohibit)\b/.test(rule)) return false
  const isWithin = (word: string, address: string) => {
    const prefix = new RegExp(`\\b${word} (?!all\\b)(\\S+)`).exec(rule)?.[1]
    return prefix === undefined || isInPrefix(address, prefix)
  }
  return !/\bnot\b|\bfwmark\b/.test(rule) && isWithin('to', to) && isWithin('from', from)
}

/** What a rule of routing chooses packets by, beside their addresses and marks, as questions about one that it takes (ip-rule(8)). */
export function askedBy(rules: string[]): Omit<RouteQuestion, 'to'>[] {
  const asked = rules.flatMap(rule => {
    const wordOf = (name: string) => new RegExp(`\\b${name} (\\S+)`).exec(rule)?.[1]
    // What a rule is not for, or is for by more than can be asked, is left to the others.
    if (/^\d+:\s+not\b|\b(fwmark|iif|oif|tun_id)\b/.test(rule)) return []
    const [uid, tos] = [wordOf('uidrange'), wordOf('tos') ?? wordOf('dsfield')]
    const [protocol, sourcePort, port] = ['ipproto', 'sport', 'dport'].map(wordOf)
    const number = (words: string | undefined) =>
      words === undefined ? undefined : Number.parseInt(words, 10)
    const question = {
      ...(uid !== undefined && { uid: number(uid) }),
      ...(tos !== undefined && { tos: TOS[tos] ?? Number(tos) }),
      ...(protocol !== undefined
        ? { protocol }
        : (sourcePort ?? port) !== undefined && { protocol: 'tcp' as const }),
      ...(sourcePort !== undefined && { sourcePort: number(sourcePort) }),
      ...(port !== undefined && { port: number(port) }),
    }
    const isAskable =
      Object.values(question).every(value => !Number.isNaN(value)) &&
      (question.protocol === undefined || ASKABLE.includes(question.protocol))
    return isAskable && Object.keys(question).length > 0 ? [question as Omit<RouteQuestion, 'to'>] : []
  })
  return asked.slice(0, ASKED_MAX)
}

/** Of other protocols the kernel tells no way (rtm_getroute_parse_ip_proto). */
const ASKABLE = ['tcp', 'udp', 'icmp']
/** More are not asked. */
const ASKED_MAX = 8
/** Names that ip prints (/etc/iproute2/rt_dsfield). */
const TOS: Record<string, number> = { lowdelay: 0x10, throughput: 8, reliability: 4 }
