import { type Text, text } from '../../harness/core/text.ts'
import type { LeaseFacts } from '../../harness/look/evidence.ts'
import { andThen } from '../nouns/phrases.ts'

/** A link of a namespace that is to hold an address by a lease. */
export interface Leaser {
  node: string
  netns: string
  device: string
  /** The links of its namespace. */
  names: string[]
  /** The link of the node that leads to it. */
  outer: string | undefined
}

type Client = LeaseFacts['clients'][number]

/** The DHCP clients of the link: those that were told of none keep all there are. */
export const clientsOf = ({ clients }: LeaseFacts, { netns, device, names }: Leaser): Client[] =>
  clients.filter(one => {
    const told = names.filter(name => one.words.split(/\s+/).includes(name))
    return one.netns === netns && (told.length === 0 || told.includes(device))
  })

/** The client has stopped working, or was never to set an address. */
export const isNoUse = ({ isPaused, idleScript }: Client): boolean =>
  isPaused === true || idleScript !== undefined

/** Why the link has no address: nobody asks in its namespace, or who asks there does not set it. */
export function whyNotSet(facts: LeaseFacts, leaser: Leaser): Text {
  const { node, netns, device, outer } = leaser
  const all = clientsOf(facts, leaser)
  const one = all.find(client => !isNoUse(client)) ?? all[0]
  if (one) return andThen(runs(netns, one), isNoUse(one) ? undefined : NOT_SET)
  const none = text(`no DHCP client runs in ${netns}`, `${netns} 裡沒有執行 DHCP 用戶端`)
  const outside = facts.clients.flatMap(client => {
    const link = [outer, device].find(name => client.words.split(/\s+/).includes(name ?? ''))
    return client.netns === '' && link !== undefined ? [{ ...client, link }] : []
  })[0]
  if (!outside) return none
  const { program, link } = outside
  const isItsOwn = link !== outer
  return andThen(
    none,
    isItsOwn
      ? text(
          `${program} outside of it asks by ${link} of ${node} itself`,
          `${program} 在 ${netns} 外面執行，是用 ${node} 自己的 ${link} 詢問`,
        )
      : text(
          `${program} asks by ${link}, on ${node} itself: what it sends comes in to ${netns}, and not to OVN`,
          `${program} 是在 ${node} 上用 ${link} 詢問：它送出的封包會進到 ${netns}，OVN 收不到`,
        ),
  )
}

const NOT_SET = text(
  'either it has not leased the address yet, or somebody has removed it since',
  '它可能還沒租到位址，也可能是租到之後位址被移除了',
)

function runs(netns: string, { program, isPaused, idleScript }: Client): Text {
  if (isPaused)
    return text(
      `the DHCP client in ${netns}, ${program}, is paused (SIGSTOP, or a frozen cgroup)`,
      `${netns} 裡的 DHCP 用戶端 ${program} 被暫停了（SIGSTOP 或 cgroup 被凍結）`,
    )
  if (idleScript !== undefined)
    return text(
      `the DHCP client in ${netns}, ${program}, sets no address: with a lease it calls ${idleScript}, which does nothing`,
      `${netns} 裡的 DHCP 用戶端 ${program} 不會設定位址：它租到位址時執行的 ${idleScript} 什麼都不做`,
    )
  return text(
    `the DHCP client in ${netns}, ${program}, runs`,
    `${netns} 裡的 DHCP 用戶端 ${program} 正在執行`,
  )
}
