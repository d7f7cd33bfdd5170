import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { type Plug, plugs } from '../integration-bridge.ts'
import { sharedSwitch } from '../one-switch.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { endsOf, firstOf, type Path, type Suspect } from './path.ts'
import { unlessBlind } from './unless-blind.ts'

/** Where a link is: on a node, in one of its namespaces or in none. */
interface Holder {
  node: string
  netns?: string
  link: Link
}

/** Another link on the same wire, or in the namespace of an end, has the address of one end of the path as well. */
export const addressTwice: Suspect = (lab, path) =>
  firstOf([path.address, path.from.address], async address => {
    const holders = (await Promise.all(lab.nodes.map(node => holdersOn(lab, path, node, address)))).flat()
    const rightful = endsOf(path).find(end => end.address === address)
    const other = holders.find(({ node, netns }) => node !== rightful?.node || netns !== rightful.netns)
    return other && twin(other, address, rightful && `${rightful.netns} @ ${rightful.node}`)
  })

function twin({ node, netns, link }: Holder, address: string, owner: string | undefined): BrokenLink {
  const inside = netns === undefined ? link.name : `${netns} ${link.name}`
  return {
    where: `${node} · ${netns === undefined ? link.name : `netns ${netns}`}`,
    saw: text(
      `${inside} on ${node} has the address ${address} as well, but that belongs to ${owner ?? 'a machine on the physical network'}`,
      `${node} 上的 ${inside} 也有位址 ${address}，但那個位址屬於 ${owner ?? '實體網路上的機器'}`,
    ),
    tryThis: on(
      node,
      netns === undefined ? `ip -br address show ${link.name}` : `sudo ip -n ${netns} -br address`,
    ),
    cause: 'address-twice',
  }
}

/** Links of a node that have the address and can answer for it on the wire of the path. */
async function holdersOn(lab: Lab, path: Path, node: string, address: string): Promise<Holder[]> {
  const [facts, ovs] = await Promise.all([unlessBlind(lab.kernel(node)), unlessBlind(lab.ovs(node))])
  if (!facts || !ovs) return []
  const onWire = await plugsOnWire(lab, path, ovs)
  const has = (link: Link) => link.isUp && link.addresses.some(own => own.address === address)
  const isEnd = (netns: string) => endsOf(path).some(end => end.node === node && end.netns === netns)
  return [
    ...facts.links
      .filter(link => has(link) && onWire.some(({ iface }) => iface.name === link.name))
      .map(link => ({ node, link })),
    ...Object.entries(facts.netns).flatMap(([netns, links]) =>
      links
        .filter(link => has(link) && (isEnd(netns) || isPlugged(link, facts, onWire)))
        .map(link => ({ node, netns, link })),
    ),
  ]
}

/** What is in the bridge of the physical link, or bears the name of a port of the switch. */
async function plugsOnWire(lab: Lab, { endpoints, link }: Path, ovs: OvsDatabase): Promise<Plug[]> {
  const [shared, { ports }] = await Promise.all([sharedSwitch(lab, endpoints), lab.northbound()])
  const names = ports.filter(port => shared?.logicalSwitch.ports.includes(port._uuid)).map(({ name }) => name)
  const all = plugs(ovs)
  const physical = all.find(({ iface }) => iface.name === link)?.bridge.name
  return all.filter(
    ({ bridge, iface }) => bridge.name === physical || names.includes(iface.external_ids['iface-id'] ?? ''),
  )
}

const isPlugged = (inner: Link, { links }: KernelFacts, onWire: Plug[]) => {
  const outer = links.find(({ index, peerIndex }) => index === inner.peerIndex && peerIndex === inner.index)
  return onWire.some(({ iface }) => iface.name === outer?.name || iface.name === inner.name)
}
