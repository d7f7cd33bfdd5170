import { Unmet } from '../../harness/core/errors.ts'
import { isMac } from '../../harness/core/mac.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { macsOf } from '../../harness/look/declared-macs.ts'
import { heldBy, holdersOf } from '../../harness/look/holding.ts'
import { addressesOf, ROUTER_PORT, routerOf } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { valueIn } from '../diagnosis/similar-key.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, quoted } from '../nouns/phrases.ts'
import { takesUnknown } from '../nouns/ports-of.ts'
import { ownPorts } from './one-switch.ts'

/** An endpoint, and the address it sends to what is for other subnets. */
export interface Routed extends Endpoint {
  gateway: string
}

const SHOW = 'sudo ovn-nbctl show'

/** A port of a logical router has the gateway's address with the endpoint's prefix length, and is enabled. */
export async function hasRouterPort(
  lab: Lab,
  { gateway, prefixLength }: Pick<Routed, 'gateway' | 'prefixLength'>,
): Promise<void> {
  const { routerPorts, routers } = await lab.northbound()
  const network = `${gateway}/${prefixLength}`
  const own = routerPorts.filter(({ networks }) => networks.includes(network))
  const off = own.map(port => disabled(port, routerOf(routers, port)?.name))
  if (own.some((_, at) => !off[at])) return
  const seen = list(routerPorts.map(({ name, networks }) => `${name} ${networks.join(' ')}`))
  throw new Unmet({
    expected: text(
      `a Logical_Router_Port with ${network} in networks`,
      `有一個 Logical_Router_Port 的 networks 包含 ${network}`,
    ),
    saw: text(
      `none has ${network}; router ports and their networks: ${seen.en}`,
      `沒有一個有 ${network}；現有的 router port 和 networks：${seen['zh-TW']}`,
    ),
    where: 'OVN_Northbound · Logical_Router_Port · networks',
    tryThis: SHOW,
    // A port of that network is there, and it is the one that is meant.
    isBegun: own.length > 0,
    ...off[0],
  })
}

/** A port or a router that is disabled takes part in nothing (ovn-nb(5), enabled). */
function disabled({ name, enabled }: LogicalRouterPort, router: string | undefined): BrokenLink | undefined {
  if (enabled[0] !== false) return undefined
  return {
    where: 'OVN_Northbound · Logical_Router_Port · enabled',
    saw: text(
      `${name} of ${router ?? '(none)'} has enabled = false, so the router neither takes packets there nor sends any`,
      `${router ?? '(none)'} 的 ${name} 設定了 enabled = false，router 不會在那裡收封包，也不會從那裡送出`,
    ),
    tryThis: `sudo ovn-nbctl --columns=name,enabled list Logical_Router_Port ${name}`,
    cause: 'port-disabled',
  }
}

/**
 * The switch that the endpoint's port is on has a port of type router that leads to the gateway's port. Where its addresses are
 * empty, or have another MAC than the router port, some releases of ovn-northd take the packets there all the same (25.03 does,
 * 23.03 does not): `isLost` says that they are known not to get there.
 */
export async function joinedToRouter(
  lab: Lab,
  endpoint: Routed,
  all: Endpoint[],
  { isLost = false } = {},
): Promise<void> {
  const { gateway, netns } = endpoint
  const [northbound, own] = await Promise.all([lab.northbound(), ownPorts(lab, endpoint, all)])
  const holders = holdersOf(northbound.switches, ...own)
  const on = heldBy(northbound.ports, ...holders)
  const meant = northbound.routerPorts.filter(port => addressesOf(port).includes(gateway))
  const broken = peerOf(northbound, on, meant, isLost)
  if (!broken) return
  const [names, others] = [list(meant.map(({ name }) => name)), list(holders.map(({ name }) => name))]
  throw new Unmet({
    expected: text(
      `a port of type router on ${others.en}, the switch of ${netns}, with options:router-port ${names.en}`,
      `${netns} 所在的 switch ${others['zh-TW']} 上有一個 type 為 router 的 port，options:router-port 是 ${names['zh-TW']}`,
    ),
    ...broken,
  })
}

/** Some switch has a port of type router that leads to the router port with the address; `isLost` as for `joinedToRouter`. */
export async function leadsToRouter(lab: Lab, address: string, { isLost = false } = {}): Promise<void> {
  const northbound = await lab.northbound()
  const meant = northbound.routerPorts.filter(port => addressesOf(port).includes(address))
  const leadsElsewhere = ({ type, options }: Ports[number]) =>
    type === 'router' &&
    northbound.routerPorts.some(port => port.name === options[ROUTER_PORT] && !meant.includes(port))
  const broken = peerOf(
    northbound,
    northbound.ports.filter(port => !leadsElsewhere(port)),
    meant,
    isLost,
  )
  if (!broken) return
  const names = list(meant.map(({ name }) => name))
  throw new Unmet({
    expected: text(
      `a port of type router on a switch, with options:router-port ${names.en}`,
      `某個 switch 上有一個 type 為 router 的 port，options:router-port 是 ${names['zh-TW']}`,
    ),
    ...broken,
  })
}

type Ports = Northbound['ports']

/** What is wrong with the port of a switch that is to lead to one of these router ports; undefined where it does. */
function peerOf(
  { ports, routerPorts }: Northbound,
  on: Ports,
  meant: LogicalRouterPort[],
  isLost: boolean,
): BrokenLink | undefined {
  const leadsTo = (own: Ports) =>
    own.filter(({ options }) => meant.some(({ name }) => name === options[ROUTER_PORT]))
  const peers = leadsTo(on)
  const typed = on.filter(({ type }) => type === 'router')
  const place = 'OVN_Northbound · Logical_Switch_Port'
  const tryThis = `sudo ovn-nbctl list Logical_Switch_Port ${peers[0]?.name ?? typed[0]?.name ?? ''}`.trim()
  const [peer] = [...peers.filter(({ type }) => type === 'router'), ...peers]
  if (!peer) {
    const elsewhere = leadsTo(ports)[0]
    const [wrong] = typed
    if (!wrong)
      return {
        where: 'OVN_Northbound · Logical_Switch · ports',
        saw: elsewhere
          ? text(
              `${elsewhere.name} leads to that router port, but it is on another switch`,
              `${elsewhere.name} 通往那個 router port，但它在另一個 switch 上`,
            )
          : text('the switch has no port of type router', '這個 switch 上沒有 type 為 router 的 port'),
        tryThis: SHOW,
      }
    const led = routerPorts.find(({ name }) => name === wrong.options[ROUTER_PORT])
    return {
      where: `${place} · options:router-port`,
      saw: andThen(
        text(
          `${wrong.name} has router-port ${valueIn(wrong.options, ROUTER_PORT, wrong)}`,
          `${wrong.name} 的 router-port 是 ${valueIn(wrong.options, ROUTER_PORT, wrong)}`,
        ),
        // Either may be the mistake: the name here, or the addresses there.
        led && otherAddress(led, meant[0]),
      ),
      tryThis,
      cause: 'router-port-misnamed',
    }
  }
  const port = meant.find(({ name }) => name === peer.options[ROUTER_PORT])!
  if (peer.type !== 'router')
    return {
      where: `${place} · type`,
      saw: text(`${peer.name} has type ${quoted(peer.type)}`, `${peer.name} 的 type 是 ${quoted(peer.type)}`),
      tryThis,
      cause: 'router-port-untyped',
    }
  const twin = on.find(other => other !== peer && other.type !== 'router' && hasMac(other, port.mac))
  if (twin)
    return {
      where: 'OVN_Northbound · Logical_Router_Port · mac',
      saw: text(
        `${port.name} has the MAC ${port.mac}, but ${twin.name} on the same switch has it as well`,
        `${port.name} 的 MAC 位址是 ${port.mac}，但同一個 switch 上的 ${twin.name} 也是`,
      ),
      tryThis: SHOW,
      cause: 'router-mac-taken',
    }
  if (peer.enabled[0] === false)
    return {
      where: `${place} · enabled`,
      saw: text(`${peer.name} has enabled = false`, `${peer.name} 設定了 enabled = false`),
      tryThis: `sudo ovn-nbctl lsp-get-enabled ${peer.name}`,
      cause: 'port-disabled',
    }
  const takesRouters = peer.addresses.includes('router') || takesUnknown(peer) || hasMac(peer, port.mac)
  const isMaybe = peer.addresses.length === 0 || macsOf(peer).some(isMac)
  if (takesRouters || (!isLost && isMaybe)) return undefined
  return {
    where: `${place} · addresses`,
    saw: text(
      `${peer.name} has addresses ${list(peer.addresses.map(quoted)).en}, so the switch does not know that ${port.mac}, the MAC of ${port.name}, is behind it`,
      `${peer.name} 的 addresses 是 ${list(peer.addresses.map(quoted))['zh-TW']}，所以 switch 不知道 ${port.name} 的 MAC 位址 ${port.mac} 在它後面`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-addresses ${peer.name}`,
    cause: 'router-addresses',
  }
}

function otherAddress(led: LogicalRouterPort, meant: LogicalRouterPort | undefined): Text {
  const has = ({ name, networks }: LogicalRouterPort) => [name, list(networks)] as const
  const [[name, its], other] = [has(led), meant && has(meant)]
  return text(
    `${name} has ${its.en} in networks${other ? `, and it is ${other[0]} that has ${other[1].en}` : ''}`,
    `${name} 的 networks 是 ${its['zh-TW']}${other ? `，${other[1]['zh-TW']} 在 ${other[0]} 上` : ''}`,
  )
}

const hasMac = (port: Ports[number], mac: string) => macsOf(port).includes(mac.toLowerCase())
