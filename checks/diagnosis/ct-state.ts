import type { NftChain } from '../../harness/look/evidence.ts'
import type { Wanted } from '../nouns/wanted.ts'

/**
 * What connection tracking may say of a packet (nft(8), ct state). What asks for something begins a connection or, of pings,
 * may belong to one: it is never invalid. What answers begins none. Untracked is what a rule of its own takes out of tracking.
 */
const STATES: Partial<Record<Wanted['kind'] | 'neighbours', string>> = {
  'echo-request': 'new established untracked',
  'tcp-request': 'new untracked',
  'echo-reply': 'established invalid untracked',
  'tcp-reply': 'established invalid untracked',
  // What finds neighbours and routers is tracked by nobody (nf_conntrack_icmpv6_error of the kernel).
  neighbours: 'untracked',
}

/** Where connection tracking comes in among the chains of its hooks (nft(8), priority names): before it, all is invalid. */
const TRACKING = -200

/** The same in a chain: of what is not tracked there yet, and of what a bridge or a link passes on, it says something else. */
export function statesIn(
  { family, hook, priority = TRACKING }: Pick<NftChain, 'family' | 'hook' | 'priority'>,
  fields: Record<string, unknown>,
): { 'ct state'?: string } {
  if (fields['ct state'] === undefined) return {}
  const isStack = ['ip', 'ip6', 'inet'].includes(family) && hook !== 'ingress'
  const isTracked = priority > TRACKING || !['prerouting', 'output'].includes(hook)
  if (isStack && isTracked) return {}
  return { 'ct state': isStack && priority < TRACKING ? 'invalid untracked' : '' }
}

/** As a field of a packet; nothing where it is not known. */
export function ctStateOf(kind: string): { 'ct state'?: string } {
  const states = STATES[(/^nd-/.test(kind) ? 'neighbours' : kind) as keyof typeof STATES]
  return states === undefined ? {} : { 'ct state': states }
}

/** Whether a packet of one of these states meets the condition; undefined where that depends on which of them it is. */
export function meetsState(states: string, right: unknown, op: string): boolean | undefined {
  const { set = right } = (right ?? {}) as { set?: unknown }
  const named = [set].flat()
  if (!['==', '!=', 'in'].includes(op) || named.some(one => typeof one !== 'string' || one.startsWith('@')))
    return undefined
  if (states === '') return undefined
  const found = states.split(' ').map(state => named.includes(state) !== (op === '!='))
  return found.every(one => one === found[0]) ? found[0] : undefined
}
