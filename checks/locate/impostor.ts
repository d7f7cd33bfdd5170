import { text } from '../../harness/core/text.ts'
import { switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import { type Bearer, bears, linksIn } from '../route/end.ts'
import type { End } from '../route/hop.ts'

/** Who answers for an address under a MAC that is not the one of its owner. */
export async function impostor(lab: Lab, address: string, mac: string): Promise<BrokenLink> {
  return (
    (await knownImpostor(lab, address, mac)) ?? {
      where: `physical network · ${mac}`,
      saw: text(
        `${mac}, which no machine of the lab has, answers for ${address}`,
        `${mac} 回應了 ${address}，但實驗環境裡沒有任何機器有這個 MAC 位址`,
      ),
      tryThis: 'ip neighbour show',
    }
  )
}

/** The same, where it is somebody of the lab. */
export const knownImpostor = async (
  lab: Lab,
  address: string,
  mac: string,
): Promise<BrokenLink | undefined> =>
  (await routerPort(lab, address, mac)) ??
  (await logicalPort(lab, address, mac)) ??
  (await bearer(lab, address, mac))

async function bearer(lab: Lab, address: string, mac: string): Promise<BrokenLink | undefined> {
  const nodes = await Promise.all(
    lab.nodes.map(async node => {
      const facts = await unlessBlind(lab.kernel(node))
      return facts ? linksIn(node, facts) : []
    }),
  )
  const all = nodes.flat().filter(one => bears(one, mac))
  const found =
    all.find(({ link }) => link.addresses.some(own => own.address === address)) ??
    all.find(({ netns }) => netns !== undefined) ??
    all[0]
  if (!found) return undefined
  const { node, netns, link } = found
  const has = (one: Bearer) => one.link.addresses.some(own => own.address === address)
  // Unless told otherwise, a stack answers by any of its links for an address that another one of them has (ip-sysctl, arp_ignore).
  const holder = has(found)
    ? found
    : nodes.flat().find(one => one.node === node && one.netns === netns && has(one))
  const name = holder?.link.name ?? link.name
  const inside = (own: string) => (netns === undefined ? own : `${netns} ${own}`)
  return {
    where: `${node} · ${netns === undefined ? name : `netns ${netns}`}`,
    saw: !holder
      ? text(
          `${inside(name)} on ${node} (${mac}) answers for ${address}, although the address is not its own`,
          `${node} 上的 ${inside(name)}（${mac}）回應了 ${address}，但那個位址不是它的`,
        )
      : holder === found
        ? text(
            `${inside(name)} on ${node} (${mac}) has the address ${address} as well, and answers for it`,
            `${node} 上的 ${inside(name)}（${mac}）也有位址 ${address}，所以回應了`,
          )
        : text(
            `${inside(name)} on ${node} has the address ${address}, so ${link.name} there (${mac}) answers for it`,
            `${node} 上的 ${inside(name)} 有位址 ${address}，所以那裡的 ${link.name}（${mac}）會替它回應`,
          ),
    tryThis: on(
      node,
      netns === undefined ? `ip -br address show ${name}` : `sudo ip -n ${netns} -br address`,
    ),
    cause: 'address-twice',
  }
}

async function routerPort(lab: Lab, address: string, mac: string): Promise<BrokenLink | undefined> {
  const { ports, routerPorts } = await lab.northbound()
  const router = routerPorts.find(port => port.mac.toLowerCase() === mac)
  if (!router) return undefined
  const hasIt = router.networks.some(network => network.split('/')[0] === address)
  const proxy = ports.find(
    port => port.options['router-port'] === router.name && port.options.arp_proxy !== undefined,
  )
  if (!hasIt && proxy)
    return {
      where: 'OVN_Northbound · Logical_Switch_Port · options:arp_proxy',
      saw: text(
        `${proxy.name} has arp_proxy = ${proxy.options.arp_proxy}, so OVN answers for ${address} with the MAC of ${router.name} (${mac})`,
        `${proxy.name} 設定了 arp_proxy = ${proxy.options.arp_proxy}，所以 OVN 會用 ${router.name} 的 MAC（${mac}）替 ${address} 回應`,
      ),
      tryThis: `sudo ovn-nbctl get Logical_Switch_Port ${proxy.name} options`,
      cause: 'address-claimed',
    }
  const translated = hasIt ? undefined : await translatedBy(lab, router._uuid, address)
  if (translated) return translated
  return {
    where: `OVN_Northbound · Logical_Router_Port · ${hasIt ? 'networks' : 'mac'}`,
    saw: text(
      `the router port ${router.name} (${mac}) answers for ${address}`,
      `router port ${router.name}（${mac}）回應了 ${address}`,
    ),
    tryThis: 'sudo ovn-nbctl list Logical_Router_Port',
    cause: 'router-has-address',
  }
}

/** A router answers for each address that it translates from, with the MAC of the port that leads there (ovn-northd(8), lr_in_ip_input). */
async function translatedBy(lab: Lab, port: string, address: string): Promise<BrokenLink | undefined> {
  const { routers, nats } = await lab.northbound()
  const router = routers.find(({ ports }) => ports.includes(port))
  const nat = nats.find(({ _uuid, external_ip }) => external_ip === address && router?.nat.includes(_uuid))
  if (!router || !nat) return undefined
  return {
    where: 'OVN_Northbound · NAT · external_ip',
    saw: text(
      `${router.name} translates ${address} (${nat.type}) to ${nat.logical_ip}, so OVN answers for ${address} too`,
      `${router.name} 會轉換 ${address}（${nat.type}）與 ${nat.logical_ip}，所以 OVN 也會替 ${address} 回應`,
    ),
    tryThis: `sudo ovn-nbctl lr-nat-list ${router.name}`,
  }
}

/** OVN answers ARP for each port whose addresses name one (ovn-nb(5), Logical_Switch_Port.addresses). */
const logicalPort = async (lab: Lab, address: string, mac: string): Promise<BrokenLink | undefined> =>
  claimedBy((await lab.northbound()).ports, address, own => own === mac)

/**
 * Another port of the end's switch has its address: OVN answers for that one, and routers send there without asking
 * (ovn-northd(8), lr_in_arp_resolve).
 */
export async function claimedByAnother(
  lab: Lab,
  { address, mac, logicalPort }: Pick<End, 'address' | 'mac' | 'logicalPort'>,
): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  const own = switchesWith(northbound, logicalPort).flatMap(({ ports }) => ports)
  const ports = northbound.ports.filter(({ _uuid }) => own.includes(_uuid))
  return claimedBy(ports, address, one => one !== mac.toLowerCase())
}

function claimedBy(
  ports: LogicalSwitchPort[],
  address: string,
  isMac: (mac: string) => boolean,
): BrokenLink | undefined {
  for (const { name, addresses, dynamic_addresses } of ports)
    for (const words of [...addresses, ...dynamic_addresses]) {
      const [mac, ...others] = words.toLowerCase().split(/\s+/)
      if (mac === undefined || !isMac(mac) || !others.includes(address)) continue
      return {
        where: 'OVN_Northbound · Logical_Switch_Port · addresses',
        saw: text(
          `the port ${name} has ${address} with ${mac}, and OVN answers for it; after the repair, hosts remember this answer for about half a minute`,
          `port ${name} 寫著 ${address}（${mac}），OVN 會替它回應；修正之後，其他主機還會記得這個答案大約半分鐘`,
        ),
        tryThis: 'sudo ovn-nbctl --columns=name,addresses list Logical_Switch_Port',
        cause: 'address-claimed',
      }
    }
  return undefined
}
