import { type Text, text } from '../core/text.ts'
import { type NetMessage, netMessageFrom } from './rtnetlink.ts'
import type { Touch } from './touch.ts'

/** What a message of the kernel comes to. */
interface NetChange extends Pick<Touch, 'of' | 'netns'> {
  /** Absent for what the kernel does by itself with something else that it tells. */
  words?: Text
  /** It comes with something else that is told: an address of the link alone, a carrier. */
  isByTheWay?: true
}

/**
 * The links and addresses of one node as its kernel last told them, so that a message which says nothing new is told from a
 * change: a capture of ours, for one, makes the kernel say that a link is promiscuous.
 */
export class NetChanges {
  /** Fields by namespace, kind and key; names of links by namespace and index. */
  readonly #known = new Map<string, Map<string, NetMessage['fields']>>()

  /** What is new in a message, where something is; `ns` is empty for the node's own namespace. */
  take(ns: string, hex: string): NetChange | undefined {
    const message = netMessageFrom(Buffer.from(hex, 'hex'))
    if (!message) return undefined
    const { kind, key, fields, isGone, isDump } = message
    if (kind !== 'link' && kind !== 'address') return isDump ? undefined : otherChange(ns, message)
    const known = this.#of(ns)
    const id = `${kind} ${key}`
    const before = known.get(id)
    if (isGone) known.delete(id)
    else known.set(id, fields)
    if (isDump || (isGone && !before) || (!isGone && before && isSame(before, fields))) return undefined
    const words =
      kind === 'address'
        ? addressWords(ns, this.#linkOf(ns, key.split(' ')[0]!), fields, isGone, before)
        : linkWords(ns, isGone ? before! : fields, isGone, before)
    // Where one comes or goes, who else has to do with it may be another one too: its other end, say, which may be anywhere.
    const isSameLink = kind === 'address' || (before && !isGone && before.name === fields.name)
    const isByTheWay =
      kind === 'address' ? /^fe80:/.test(fields.address ?? '') : !isGone && onlyCarrier(before, fields)
    return { of: 'links', ...(isSameLink && { netns: ns }), words, ...(isByTheWay && { isByTheWay }) }
  }

  /** A namespace is gone, or is another one under the same name. */
  forget(ns: string): void {
    this.#known.delete(ns)
  }

  #of(ns: string): Map<string, NetMessage['fields']> {
    const known = this.#known.get(ns) ?? new Map<string, NetMessage['fields']>()
    this.#known.set(ns, known)
    return known
  }

  #linkOf = (ns: string, index: string): string => this.#of(ns).get(`link link ${index}`)?.name ?? `#${index}`
}

const isSame = (one: NetMessage['fields'], other: NetMessage['fields']) =>
  JSON.stringify(one) === JSON.stringify(other)

/** The other end came up, or went down. */
const onlyCarrier = (
  before: NetMessage['fields'] | undefined,
  { carrier: _, ...fields }: NetMessage['fields'],
) => {
  const { carrier: __, ...others } = before ?? {}
  return before !== undefined && isSame(others, fields)
}

const inside = (ns: string, words: Text): Text => {
  const { en, 'zh-TW': zh } = words
  return ns === '' ? words : text(`${en} in ${ns}`, `${ns} 裡的${/^\w/.test(zh) ? ' ' : ''}${zh}`)
}

function linkWords(
  ns: string,
  { name = '', ...fields }: NetMessage['fields'],
  isGone: boolean,
  before: NetMessage['fields'] | undefined,
): Text {
  if (isGone) return inside(ns, text(`interface ${name} removed`, `介面 ${name} 已移除`))
  if (!before) return inside(ns, text(`interface ${name} added`, `新增介面 ${name}`))
  if (before.name !== name)
    return inside(
      ns,
      text(`interface ${before.name} renamed to ${name}`, `介面 ${before.name} 改名為 ${name}`),
    )
  if (before.up !== fields.up)
    return inside(
      ns,
      fields.up === 'up'
        ? text(`interface ${name} up`, `介面 ${name} 已啟用`)
        : text(`interface ${name} down`, `介面 ${name} 已停用`),
    )
  if (before.carrier !== fields.carrier)
    return inside(
      ns,
      fields.carrier === 'yes'
        ? text(`interface ${name} has a carrier`, `介面 ${name} 已有 carrier`)
        : text(`interface ${name} has no carrier`, `介面 ${name} 沒有 carrier`),
    )
  const changed = Object.keys({ ...before, ...fields }).find(
    field => field !== 'name' && before[field] !== fields[field],
  )
  const value = (changed !== undefined && fields[changed]) || ''
  if (changed === 'master')
    return inside(
      ns,
      value
        ? text(`interface ${name} put into a bridge`, `介面 ${name} 已加入 bridge`)
        : text(`interface ${name} taken out of its bridge`, `介面 ${name} 已從 bridge 移出`),
    )
  const shown = changed === 'mtu' || changed === 'mac' || changed === 'qdisc' ? ` ${changed} ${value}` : ''
  return inside(ns, text(`interface ${name}${shown} changed`, `介面 ${name}${shown} 已變更`))
}

function addressWords(
  ns: string,
  link: string,
  { address = '' }: NetMessage['fields'],
  isGone: boolean,
  before: NetMessage['fields'] | undefined,
): Text {
  if (isGone)
    return inside(ns, text(`address ${address} removed from ${link}`, `${link} 的位址 ${address} 已移除`))
  if (before)
    return inside(ns, text(`address ${address} of ${link} changed`, `${link} 的位址 ${address} 已變更`))
  return inside(ns, text(`address ${address} added to ${link}`, `${link} 新增位址 ${address}`))
}

const NAMES: Record<Exclude<NetMessage['kind'], 'link' | 'address' | 'netconf'>, Text> = {
  route: text('route', '路由'),
  neighbour: text('neighbour', 'neighbour'),
  rule: text('routing rule', '路由規則'),
  tc: text('queueing discipline or filter', 'qdisc 或 filter'),
}

function otherChange(ns: string, { kind, fields, isGone }: NetMessage): NetChange {
  if (fields.isOwn || kind === 'netconf') return { of: 'packets' }
  const { en, 'zh-TW': zh } = NAMES[kind as keyof typeof NAMES]
  const about = fields.to ?? fields.address
  const which = about ? ` ${about}${fields.via ? ` via ${fields.via}` : ''}` : ''
  const words = isGone
    ? text(`${en}${which} removed`, `${zh}${which} 已移除`)
    : text(`${en}${which} set`, `${zh}${which} 已設定`)
  return { of: 'packets', words: inside(ns, words) }
}
