import { dotted, isInPrefix, numberOf } from '../../harness/core/prefix.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { somebodyIn } from '../nouns/somebody.ts'
import { linksOf } from '../route/end.ts'
import type { Route } from '../route/route.ts'

/** More are not tried. */
const NAMED_MAX = 6

/**
 * Machines of a network that something on the way names, by themselves or by a prefix that is narrower than the network: an ACL, a
 * policy, a route, a packet filter at the end, a flow of a bridge that should only switch. They may be treated in another way than the rest.
 * Neither who asks is among them, nor what OVN or the nodes themselves have, nor the first and the last address of the network, from which
 * nobody sends: whoever keeps out who pretends to be one of these keeps out nobody (RFC 2827).
 */
export async function addressesNamed(
  lab: Lab,
  { from, to, posts }: Route,
  network: string,
  seed: string,
): Promise<string[]> {
  const northbound = await lab.northbound()
  const own = ovnsOwn(northbound)
  const nodes = [...new Set(posts.map(({ node }) => node))].filter(node => lab.nodes.includes(node))
  const said = await Promise.all([
    northbound.acls.map(({ match }) => match),
    northbound.routerPorts.map(({ networks }) => networks),
    lab
      .tables('OVN_Northbound')
      .then(({ Address_Set = [], Logical_Router_Policy = [], Logical_Router_Static_Route = [] }) => [
        Logical_Router_Policy.map(({ match }) => match),
        Logical_Router_Static_Route.map(({ ip_prefix }) => ip_prefix),
        // An ACL or a policy names these by the name of the set.
        Address_Set.map(({ addresses }) => addresses),
      ]),
    to && unlessBlind(lab.arp(to.node, to.netns)).then(facts => facts?.chains),
    to && unlessBlind(lab.stack(to.node, to.netns, [])).then(stack => stack?.refusing),
    // A link of the end may be in a part of the network.
    to &&
      unlessBlind(lab.kernel(to.node)).then(facts =>
        (facts ? linksOf(facts, to.netns) : []).flatMap(({ addresses }) =>
          addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
        ),
      ),
    ...nodes.flatMap(node => [
      unlessBlind(lab.arp(node, undefined)).then(facts =>
        facts?.chains.filter(({ family }) => family === 'netdev'),
      ),
      flowsOn(lab, node),
    ]),
  ])
  const nobodys = new Set([from.address, ...own, ...(await addressesOfNodes(lab)), ...edgesOf(network)])
  return prefixesIn(JSON.stringify(said), network)
    .map(prefix => somebodyIn(prefix, seed))
    .filter((one, at, all) => all.indexOf(one) === at && !nobodys.has(one))
    .slice(0, NAMED_MAX)
}

async function addressesOfNodes(lab: Lab): Promise<string[]> {
  const facts = await Promise.all(lab.nodes.map(node => unlessBlind(lab.kernel(node))))
  return facts.flatMap(one => one?.links ?? []).flatMap(link => link.addresses.map(({ address }) => address))
}

/** The address of a network itself, and that of all its machines (RFC 919). */
function edgesOf(network: string): string[] {
  const [base = '', length = '32'] = network.split('/')
  const size = 2 ** (32 - Number(length))
  const first = numberOf(base) - (numberOf(base) % size)
  return [dotted(first), dotted(first + size - 1)]
}

/** What flows of its bridges beside the integration bridge match. */
async function flowsOn(lab: Lab, node: string): Promise<string[]> {
  const ovs = await unlessBlind(lab.ovs(node))
  if (!ovs) return []
  const bridges = ovs.bridges.map(({ name }) => name).filter(name => name !== integrationBridgeName(ovs))
  const flows = await Promise.all(bridges.map(bridge => unlessBlind(lab.flows(node, bridge))))
  return flows.flatMap(some => (some ?? []).map(({ match }) => match))
}

/** In whatever words they stand: 10.0.0.0/8, or as nftables tells it in JSON. */
function prefixesIn(words: string, network: string): string[] {
  const length = Number(network.split('/')[1] ?? 32)
  const found = words.matchAll(/(\d{1,3}(?:\.\d{1,3}){3})(?:(?:\/|","len":)(\d{1,2})\b)?/g)
  return [...found].flatMap(([, address = '', own = '32']) =>
    isInPrefix(address, network) && Number(own) > length ? [`${address}/${own}`] : [],
  )
}

/** Addresses that OVN itself answers for or gives to packets: nobody else has them. */
export const ovnsOwn = ({ routerPorts, nats, ports }: Northbound): Set<string> =>
  new Set([
    ...routerPorts.flatMap(addressesOf),
    ...nats.flatMap(({ external_ip, logical_ip }) => [external_ip, logical_ip]),
    ...ports.flatMap(({ addresses, dynamic_addresses }) =>
      [...addresses, ...dynamic_addresses].flatMap(words => words.split(/\s+/)),
    ),
  ])
