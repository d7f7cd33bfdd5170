import { text } from '../../harness/core/text.ts'
import { switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { localnetPortsOf } from '../nouns/localnet-ports.ts'
import { list, quoted } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

interface Led {
  holder: LogicalSwitch
  port: LogicalSwitchPort
}

/** The localnet ports of a switch that holds a port of this name. */
const ledOut = (northbound: Northbound, name: string | undefined): Led[] =>
  switchesWith(northbound, name).flatMap(holder =>
    localnetPortsOf(northbound.ports, holder).map(port => ({ holder, port })),
  )

const vlanOf = ({ port: { tag } }: Led) => tag[0] ?? 0
const networkOf = ({ port: { options } }: Led) => options.network_name ?? ''

/**
 * Two ends whose switches only a physical network joins, and what these give to that network bears different VLANs, or is for
 * different networks (ovn-nb(5), Logical_Switch_Port, tag and network_name).
 */
export async function apartOnWire(lab: Lab, { from, to, routed }: Route): Promise<BrokenLink | undefined> {
  if (!to || routed || from.logicalPort === to.logicalPort) return undefined
  const northbound = await lab.northbound()
  const [here, there] = [from, to].map(({ logicalPort }) => ledOut(northbound, logicalPort)) as [Led[], Led[]]
  const isShared = here.some(({ holder }) => there.some(other => other.holder === holder))
  if (here.length === 0 || there.length === 0 || isShared) return undefined
  const meet = (of: (led: Led) => unknown) => here.some(one => there.some(other => of(one) === of(other)))
  const tell = (of: (led: Led) => string | number, column: string, key: string): BrokenLink => {
    const words = [...here, ...there].map(
      led => `${led.port.name} (${led.holder.name}) ${key} = ${quoted(String(of(led)))}`,
    )
    return {
      where: `OVN_Northbound · Logical_Switch_Port · ${column}`,
      saw: text(
        `the two ends are on different switches, which lead to the physical network apart: ${list(words).en}`,
        `兩端在不同的 switch 上，而這兩個 switch 通往實體網路的方式不同：${list(words)['zh-TW']}`,
      ),
      tryThis: 'sudo ovn-nbctl --columns=name,tag,options find Logical_Switch_Port type=localnet',
      ...(column === 'tag' && { cause: 'localnet-tag' as const }),
    }
  }
  if (!meet(vlanOf)) return tell(vlanOf, 'tag', 'tag')
  return meet(networkOf) ? undefined : tell(networkOf, 'options:network_name', 'network_name')
}

/** A port of the sender's switch is to be on a chassis that there is not (ovn-nb(5), l2gateway-chassis). */
export async function ledByNobody(lab: Lab, { from, to }: Route): Promise<BrokenLink | undefined> {
  if (to) return undefined
  const northbound = await lab.northbound()
  const { chassis } = await lab.southbound()
  const KEY = 'l2gateway-chassis'
  const own = switchesWith(northbound, from.logicalPort).flatMap(({ ports }) => ports)
  const port = northbound.ports.find(
    ({ _uuid, type, options }) =>
      type === 'l2gateway' && own.includes(_uuid) && !chassis.some(({ name }) => name === options[KEY]),
  )
  return (
    port && {
      where: `OVN_Northbound · Logical_Switch_Port · options:${KEY}`,
      saw: text(
        `${port.name} is to lead out on the chassis ${quoted(port.options[KEY])}, and no chassis is called so (${list(chassis.map(({ name }) => name)).en})`,
        `${port.name} 要在 chassis ${quoted(port.options[KEY])} 上通往外面，但沒有 chassis 叫這個名稱（${list(chassis.map(({ name }) => name))['zh-TW']}）`,
      ),
      tryThis: `sudo ovn-nbctl lsp-get-options ${port.name}`,
    }
  )
}
