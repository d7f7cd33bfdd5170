import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { LOCALPORT } from '../nouns/ports-of.ts'
import type { Route } from '../route/route.ts'

/** What one localport asks everybody gets to no other localport: OVN takes both for services of the node, not for each other. */
export async function bothLocal(
  lab: Lab,
  { from, to }: Pick<Route, 'from' | 'to'>,
  { packet }: Pick<Break, 'packet'>,
): Promise<BrokenLink | undefined> {
  if (packet.kind !== 'arp-request' || !to) return undefined
  const { ports } = await lab.northbound()
  const isLocal = (name: string | undefined) =>
    ports.some(port => port.name === name && port.type === LOCALPORT)
  const [one, other] = [from.logicalPort, to.logicalPort]
  if (one === other || !isLocal(one) || !isLocal(other)) return undefined
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · type',
    saw: text(
      `${one} and ${other} both have the type localport: OVN passes nothing for everybody, such as an ARP request, from one to the other`,
      `${one} 和 ${other} 的 type 都是 localport：給所有人的封包（例如 ARP request），OVN 不會從一個送到另一個`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-type ${one}; sudo ovn-nbctl lsp-get-type ${other}`,
    cause: 'port-type',
  }
}
