import { text } from '../../harness/core/text.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LoadBalancer } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { list } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { hostOf } from '../route/through-routers.ts'
import { isNobodys } from './nobody-beside.ts'

/** A VIP of a load balancer: its address and, if it has one, its port, and whom it spreads connections to. */
interface Vip {
  row: LoadBalancer
  key: string
  port?: number
  backends: string[]
}

/**
 * Why no load balancer brings a packet to anybody that is for an address of one: none of its VIPs is for such a packet, or nobody is
 * behind the one that is (ovn-nb(5), Load_Balancer). Undefined where a port of OVN has one of those addresses, or nobody may know.
 */
export async function balancedToNobody(
  lab: Lab,
  { address, isTakenByOvn }: Route,
  { kind, tcpPort }: Wanted,
): Promise<BrokenLink | undefined> {
  if (!isTakenByOvn || kind.startsWith('arp')) return undefined
  const northbound = await lab.northbound()
  const vips = vipsOf(northbound, address)
  if (vips.length === 0 || isRouters(northbound, address)) return undefined
  const told = { where: 'OVN_Northbound · Load_Balancer · vips', cause: 'load-balancer' as const }
  const meant = vips.filter(({ port, row }) => port === undefined || (port === tcpPort && isOfTcp(row)))
  const names = list(vips.map(({ row, key }) => `${row.name} (${row.protocol[0] ?? 'tcp'} ${key})`))
  if (meant.length === 0)
    return {
      ...told,
      saw: text(
        `load balancers take ${address} for other packets alone: ${names.en}`,
        `有 ${address} 的負載平衡器只處理別種封包：${names['zh-TW']}`,
      ),
      tryThis: 'sudo ovn-nbctl lb-list',
    }
  const backends = meant.flatMap(one => one.backends.map(hostOf))
  if (backends.some(one => !isNobodys(northbound, one))) return undefined
  const [{ row, key }] = meant as [Vip]
  return {
    ...told,
    saw:
      backends.length === 0
        ? text(`${row.name} has no backend for ${key}`, `${row.name} 沒有給 ${key} 的後端`)
        : text(
            `the backends of ${row.name} for ${key}, ${list(backends).en}, are addresses of no port`,
            `${row.name} 給 ${key} 的後端 ${list(backends)['zh-TW']} 不是任何 port 的位址`,
          ),
    tryThis: 'sudo ovn-nbctl lb-list',
  }
}

const vipsOf = ({ loadBalancers }: Northbound, address: string): Vip[] =>
  loadBalancers.flatMap(row =>
    Object.entries(row.vips)
      .filter(([key]) => hostOf(key) === address)
      .map(([key, backends]) => {
        const port = /:(\d+)$/.exec(key.replace(/^\[.*\]/, ''))?.[1]
        const isBare = key.includes(':') && !key.includes('.') && !key.startsWith('[')
        return {
          ...{ row, key },
          backends: backends.split(',').filter(Boolean),
          ...(port !== undefined && !isBare && { port: Number(port) }),
        }
      }),
  )

const isOfTcp = ({ protocol }: LoadBalancer): boolean => (protocol[0] ?? 'tcp') === 'tcp'

/** A router answers for it as well. */
const isRouters = ({ routerPorts }: Northbound, address: string): boolean =>
  routerPorts.some(port => addressesOf(port).includes(address))
