import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { LeaseFacts } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { clientsOf, type Leaser, whyNotSet } from '../diagnosis/dhcp-client.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { assignedTo, type Subnet } from '../nouns/guest.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { outerEnd } from '../nouns/plug-of.ts'
import { optionsOfPort } from './dhcp-options.ts'
import { ownPorts } from './one-switch.ts'

/**
 * The endpoint's link has the address that OVN assigned to its port and no other, and holds it by a lease: either the address
 * ends by itself, no later than the lease that OVN gives, or a DHCP client of that namespace keeps it. A client that leaves an
 * address for ever and is gone or paused holds no lease, nor does one that does nothing with what it leased: nobody will renew the address, or
 * give it up. OVN keeps no list of leases, so one that was typed with an end cannot be told from one that a client has left.
 */
export async function holdsLease(
  lab: Lab,
  endpoint: Endpoint,
  all: Endpoint[],
  { cidr }: Subnet,
): Promise<void> {
  const { node, netns } = endpoint
  const [[port], link, facts] = await Promise.all([
    ownPorts(lab, endpoint, all),
    linkOf(lab, endpoint),
    lab.leases(node),
  ])
  const address = port && assignedTo(port)
  const length = cidr.split('/')[1]
  const own = link?.addresses.filter(({ family }) => family === 'inet') ?? []
  const has = own.map(one => `${one.address}/${one.prefixLength}`)
  const isIts = has.length === 1 && has[0] === `${address}/${length}`
  const leaseSeconds = Number((await optionsOfPort(lab, port?.dhcpv4_options[0]))?.options.lease_time)
  const names = (await lab.kernel(node)).netns[netns]?.map(({ name }) => name) ?? []
  const leaser = {
    node,
    netns,
    device: link?.name ?? '',
    names,
    outer: (await outerEnd(lab, endpoint))?.name,
  }
  const unkept =
    isIts && address !== undefined ? whyNotKept(facts, { ...leaser, address }, leaseSeconds) : undefined
  if (isIts && !unkept) return
  const seen = list(has)
  const isThere = own.some(one => one.address === address)
  throw new Unmet({
    expected: text(
      `${netns} holds ${address}/${length} by a lease, and no other address`,
      `${netns} 租用的位址是 ${address}/${length}，沒有其他位址`,
    ),
    saw:
      unkept ??
      andThen(
        text(
          `addresses on ${link?.name ?? '(none)'}: ${seen.en}`,
          `${link?.name ?? '(none)'} 上的位址：${seen['zh-TW']}`,
        ),
        isThere ? undefined : whyNotSet(facts, leaser),
      ),
    where: `${node} · netns ${netns}`,
    tryThis: on(
      node,
      unkept
        ? `sudo ip -n ${netns} address; ps -o pid,stat,args -p "$(sudo ip netns pids ${netns} | paste -sd,)"`
        : `sudo ip -n ${netns} -4 address`,
    ),
  })
}

interface Held extends Leaser {
  address: string
}

function whyNotKept(facts: LeaseFacts, { address, ...leaser }: Held, leaseSeconds: number): Text | undefined {
  const { netns, device } = leaser
  const end = facts.ending.find(
    one => one.netns === netns && one.device === device && one.address === address,
  )?.seconds
  if (end !== undefined && end > leaseSeconds)
    return text(
      `${address} ends in ${end} s, but a lease of OVN ends after ${leaseSeconds} s`,
      `${address} 在 ${end} 秒後到期，但 OVN 的租約只有 ${leaseSeconds} 秒`,
    )
  const all = clientsOf(facts, leaser)
  const own = all.filter(({ isPaused }) => !isPaused)
  const [idle] = own.flatMap(({ idleScript = [] }) => idleScript)
  if (end !== undefined || own.some(({ idleScript }) => idleScript === undefined)) return undefined
  if (idle !== undefined)
    return text(
      `${address} is on ${device} for ever, and the DHCP client in ${netns} has not set it: with a lease it calls ${idle}, which does nothing`,
      `${device} 上的 ${address} 永遠有效，也不是 ${netns} 裡的 DHCP 用戶端設定的：它租到位址時執行的 ${idle} 什麼都不做`,
    )
  if (all.length > 0)
    return text(
      `${address} is on ${device} for ever, and the DHCP client in ${netns}, ${all[0]!.program}, is paused (SIGSTOP, or a frozen cgroup), so nobody renews it`,
      `${device} 上的 ${address} 永遠有效，但 ${netns} 裡的 DHCP 用戶端 ${all[0]!.program} 被暫停了（SIGSTOP 或 cgroup 被凍結），沒有人會續租`,
    )
  return text(
    `${address} is on ${device} for ever, and no DHCP client in ${netns} keeps it`,
    `${device} 上的 ${address} 永遠有效，${netns} 裡也沒有 DHCP 用戶端在維持它`,
  )
}
