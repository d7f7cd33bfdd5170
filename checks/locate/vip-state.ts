import { text } from '../../harness/core/text.ts'
import { addressesOf, jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LoadBalancer, LogicalSwitch, ServiceMonitor } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { list } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { endName } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { balancersWith, hostOf, isBalanced } from '../route/through-routers.ts'
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
  const untold = translatedToNobody(northbound, address)
  if (untold) return untold
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
  const away = await offline(lab, meant)
  if (away) return { ...away, cause: told.cause }
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

/** A router gives packets for the address to one that no port has (ovn-nb(5), NAT, logical_ip). */
function translatedToNobody(northbound: Northbound, address: string): BrokenLink | undefined {
  const row = northbound.nats.find(
    ({ type, external_ip, logical_ip }) =>
      type === 'dnat_and_snat' && external_ip === address && isNobodys(northbound, logical_ip),
  )
  return (
    row && {
      where: 'OVN_Northbound · NAT · logical_ip',
      saw: text(
        `NAT gives what is for ${address} to ${row.logical_ip}, which is the address of no port`,
        `NAT 把給 ${address} 的封包交給 ${row.logical_ip}，這不是任何 port 的位址`,
      ),
      tryThis: `sudo ovn-nbctl find NAT external_ip=${address}`,
    }
  )
}

/**
 * Each of the backends was found not to answer by the chassis that it is on, so none is left to be chosen (ovn-nb(5),
 * Load_Balancer_Health_Check).
 */
async function offline(lab: Lab, vips: Vip[]): Promise<BrokenLink | undefined> {
  const tables = await unlessBlind(lab.tables('OVN_Southbound'))
  const monitors = (tables?.Service_Monitor ?? []) as unknown as ServiceMonitor[]
  const backends = vips.flatMap(one => one.backends)
  const found = backends.map(words =>
    monitors.find(({ ip, port }) => hostOf(words) === ip && words.trim().endsWith(`:${port}`)),
  )
  const isAway = (one?: ServiceMonitor) => one && (one.status[0] ?? 'online') !== 'online'
  if (found.length === 0 || !found.every(isAway)) return undefined
  const [{ row, key }] = vips as [Vip]
  const names = list(found.map(one => `${one!.ip}:${one!.port} (${one!.logical_port}) ${one!.status[0]}`))
  return {
    where: 'OVN_Southbound · Service_Monitor · status',
    saw: text(
      `the health check of ${row.name} finds none of the backends of ${key} online: ${names.en}`,
      `${row.name} 的健康檢查發現 ${key} 的後端沒有一個是 online：${names['zh-TW']}`,
    ),
    tryThis: 'sudo ovn-sbctl list Service_Monitor',
  }
}

/**
 * A load balancer has the address, and spreads nothing that comes from the sender: it belongs to no router, and not to the sender's
 * switch (ovn-nb(5), Logical_Switch and Logical_Router, load_balancer).
 */
export async function balancedNowhere(
  lab: Lab,
  { from, to, address, isTakenByOvn }: Route,
): Promise<BrokenLink | undefined> {
  if (to || isTakenByOvn || from.logicalPort === undefined || lab.wires?.outside?.includes(address))
    return undefined
  const [northbound, tables] = await Promise.all([lab.northbound(), lab.tables('OVN_Northbound')])
  const rows = balancersWith(northbound, address)
  const entered = switchesWith(northbound, from.logicalPort)
  const joints = jointsOf(northbound, entered)
  const isOthers = northbound.ports.some(({ addresses }) =>
    addresses.some(words => words.split(/\s+/).includes(address)),
  )
  if (rows.length === 0 || isOthers) return undefined
  if (isBalanced(northbound, joints, { host: from.address, foreign: address })) return undefined
  if (isRouters(northbound, address) || northbound.nats.some(({ external_ip }) => external_ip === address))
    return undefined
  const groups = (tables.Load_Balancer_Group ?? []) as unknown as { _uuid: string; load_balancer: string[] }[]
  const isHolder = (one: Pick<LogicalSwitch, 'load_balancer' | 'load_balancer_group'>) =>
    [one, ...groups.filter(({ _uuid }) => one.load_balancer_group.includes(_uuid))].some(
      ({ load_balancer }) => rows.some(({ _uuid }) => load_balancer.includes(_uuid)),
    )
  const holders = [...northbound.switches, ...northbound.routers].filter(isHolder)
  const names = list(vipsOf(northbound, address).map(({ row, key }) => `${row.name} (${key})`))
  const own = list(entered.map(({ name }) => name))
  const beside = list(holders.map(({ name }) => name))
  return {
    where: `OVN_Northbound · ${holders.length > 0 ? 'Logical_Switch · load_balancer' : 'Load_Balancer · vips'}`,
    saw:
      holders.length > 0
        ? text(
            `${names.en} belongs to ${beside.en}, and neither to ${own.en}, where ${endName(from)} is, nor to a router on the way`,
            `${names['zh-TW']} 掛在 ${beside['zh-TW']}，沒有掛在 ${endName(from)} 所在的 ${own['zh-TW']}，也沒有掛在路上的任何 router`,
          )
        : text(
            `${names.en} belongs to no switch and no router, so OVN does nothing with it`,
            `${names['zh-TW']} 沒有掛在任何 switch 或 router 上，所以 OVN 不會用它做任何事`,
          ),
    tryThis: holders.length > 0 ? `sudo ovn-nbctl ls-lb-list ${entered[0]!.name}` : 'sudo ovn-nbctl lb-list',
    cause: 'load-balancer',
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
