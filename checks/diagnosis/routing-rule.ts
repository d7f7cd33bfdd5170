import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { RouteAnswer } from '../../harness/look/evidence.ts'

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
    const prefix = new RegExp(`\\b${word} (\\d\\S+)`).exec(rule)?.[1]
    return prefix === undefined || isInPrefix(address, prefix)
  }
  return !/\bnot\b|\bfwmark\b/.test(rule) && isWithin('to', to) && isWithin('from', from)
}
